"""One YAML file per register file, plus the code lists. Data only; a new CBS file is a new entry here."""
