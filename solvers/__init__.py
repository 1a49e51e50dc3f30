"""Games, decision rules and integer programmes; players are numbers."""

DISTRIBUTION = "coalition-engine"
