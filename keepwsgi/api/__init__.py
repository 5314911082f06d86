"""The JSON API: thin views over the services of the other features, and the document that describes them."""
