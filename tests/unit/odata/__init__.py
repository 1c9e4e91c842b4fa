"""The OData service: what clients of CBS read, what a question means, and what hostile ones get."""
