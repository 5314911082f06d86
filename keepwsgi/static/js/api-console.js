// The API's reference, and on a press Swagger UI in its place, from which it can be tried out. Until then it is not
// loaded: it is large, and less well read by those who listen to a page.
//
//   <api-console document="/api/v1/openapi.json" script="…/swagger-ui-bundle.js" styles="…/swagger-ui.css" csrf="…">
//     <template><button>…</button></template>

class ApiConsole extends HTMLElement {
  connectedCallback() {
    if (this.button) return;
    this.prepend(this.querySelector("template").content.cloneNode(true));
    this.button = this.querySelector("button");
    this.button.addEventListener("click", () => this.open());
  }

  async open() {
    this.button.disabled = true;
    const place = document.createElement("div");
    try {
      await Promise.all([
        load("link", { rel: "stylesheet", href: this.getAttribute("styles") }),
        load("script", { src: this.getAttribute("script") }),
      ]);
    } catch {
      this.button.disabled = false;
      return;
    }
    place.tabIndex = -1;
    this.replaceChildren(place);
    place.focus();
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
