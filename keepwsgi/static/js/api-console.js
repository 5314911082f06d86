// The API's reference as Swagger UI, from which it can be tried out. Without it the reference below stays as it is.
//
//   <api-console document="/api/v1/openapi.json" script="…/swagger-ui-bundle.js" styles="…/swagger-ui.css" csrf="…">

class ApiConsole extends HTMLElement {
  async connectedCallback() {
    const place = document.createElement("div");
    try {
      await Promise.all([
        load("link", { rel: "stylesheet", href: this.getAttribute("styles") }),
        load("script", { src: this.getAttribute("script") }),
      ]);
    } catch {
      return;
    }
    this.replaceChildren(place);
    window.SwaggerUIBundle({
      domNode: place,
      url: this.getAttribute("document"),
      validatorUrl: null, // asks nobody outside
      deepLinking: true,
      defaultModelsExpandDepth: 0,
      requestInterceptor: (request) => this.signed(request),
    });
  }

  // Who is signed in here may try everything out without a token of their own.
  signed(request) {
    const token = this.getAttribute("csrf");
    if (token && request.method && request.method !== "GET") {
      request.headers["X-CSRF-Token"] = token;
    }
    return request;
  }
}

function load(name, attributes) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(name), attributes);
    element.addEventListener("load", resolve);
    element.addEventListener("error", reject);
    document.head.append(element);
  });
}

customElements.define("api-console", ApiConsole);
