"""What the record says of votes to come: forecasts, their scores, estimates, contradictions."""
