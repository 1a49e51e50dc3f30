"""Values of cooperative games: what each player is given.

References
----------
.. [1] H. Moulin, Axioms of Cooperative Decision Making, Cambridge University Press, 1988.
"""
