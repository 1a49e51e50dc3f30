"""Why no package works: sets of requirements that clash, what mends them, who can stop one."""
