"""Cases in which many votes are open: what `solve` says of them, counted by hand."""

from __future__ import annotations

import coalitions as co
from coalitions.bodies.recorded_votes import council_votes, find_vote


def words(solution: object) -> str:
    return " ".join(str(solution).split())


def test_an_assembly_of_which_nothing_is_known() -> None:
    """193 members, two thirds of those voting for or against, at least one in favour."""
    solution = co.solve(co.load("unga-important-question"))
    (entry,) = solution.answer()["options"]
    assert entry["totals"]["unknown"] == 193
    assert entry["smallest_coalition"] == 1  # abstentions are no votes
    against = entry["smallest_coalition_against_all_others"]
    assert [against >= 2 * (193 - against), against - 1 >= 2 * (194 - against)] == [True, False]
    said = words(solution)
    assert "SMALLEST COALITION 1 for if all others abstain, 129 if all others vote against" in said
    # From 193 against, 193 steps leave 193 abstaining and nobody in favour; of two in favour
    # and one against the two are two thirds.
    assert (
        "194 steps at the least, each from against to abstain or from abstain to for; for instance "
        "2 to for (AFG AGO) and 190 to abstain (ALB AND ARE ARG ARM ATG AUS AUT AZE BDI BEL BEN "
        "and 178 more)"
    ) in said
    assert "exact, from every uncertain vote at its lowest" in said
    assert solution.verify()


def test_what_was_found_without_a_solver_rests_on_none() -> None:
    solution = co.solve(co.load("unga-important-question"))
    assert solution.provenance.solver == "exact search"
    assert solution.provenance.tolerance == 0


def test_steps_down_from_a_vote_that_passes() -> None:
    """Four members can block, if more than 35 % of the population live in them."""
    case = co.load("eu-sanctions-qmv")
    members = case.option().venues[0].bound.rule.names
    said = words(co.solve(case.what_if(**dict.fromkeys(members, "for"))))
    assert (
        "4 steps at the least, each from for to abstain or from abstain to against; for instance "
        "4 to abstain (AUT BEL DEU FRA)"
    ) in said


def test_a_recorded_vote_is_found_as_it_is_read() -> None:
    for vote in council_votes()[::50]:
        assert find_vote(f" {vote.symbol} ", vote.vote_id) == vote
