"""Games with transferable utility: solution concepts, the game of a scenario, reference cases."""
