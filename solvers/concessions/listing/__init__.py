"""The best packages in order of cost, those of another kind, and the price of every vote."""
