"""The office: the web application in which a city works off what the examination finds."""
