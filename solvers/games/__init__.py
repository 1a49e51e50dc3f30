"""Games with transferable utility: tables, ways to make them, their properties.

References
----------
.. [1] B. Peleg and P. Sudhölter, Introduction to the Theory of Cooperative Games, 2nd ed.,
   Springer, 2007.
"""
