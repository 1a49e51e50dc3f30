"""Forecasts of votes: chances of one vote, of all votes together, and scores of both.

References
----------
.. [1] T. Gneiting and A. E. Raftery, "Strictly proper scoring rules, prediction, and estimation",
   Journal of the American Statistical Association 102 (2007), pp. 359-378.
"""

from __future__ import annotations

from solvers.forecast.joint import JointVotes, fit_correlation, joint_votes, log_likelihood
from solvers.forecast.multinomial import VoteLogit, fit_vote_logit, floored

__all__ = [
    "JointVotes",
    "VoteLogit",
    "fit_correlation",
    "fit_vote_logit",
    "floored",
    "joint_votes",
    "log_likelihood",
]
