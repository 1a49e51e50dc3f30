"""The main job: every option in every venue on one screen."""
