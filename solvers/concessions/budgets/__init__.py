"""Cheapest packages where budgets are shared: the budgets are priced, few texts are settled."""
