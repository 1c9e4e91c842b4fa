"""What the house looks like: rules that no linter knows."""
