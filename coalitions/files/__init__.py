"""Files in and out: text, YAML, tables and shipped data, with the place of every mistake."""
