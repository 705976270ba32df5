"""The XCM pallet's traps, aliases and queries against a few dictionaries, whatever is done."""

from __future__ import annotations

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pallets.xcm_pallet_items import MAX_AUTHORIZED_ALIASES, Pending, Ready
from pallets.xcm_pallet_queries import QueryNotFound, QueryOpen, QueryTaken
from pallets.xcm_pallet_storage import newest
from pallets.xcm_pallet_traps import trap_hash
from primitives.errors import DispatchError
from primitives.ids import AccountId, BlockNumber
from primitives.origin import Signed
from primitives.weights import Weight
from tests.support.xcm_pallet_world import (
    ALICE,
    BOB,
    XCM_ALIASES,
    ChainWithDeposits,
    PalletWorld,
    deposit,
    in_newest,
)
from tests.support.xcm_world import SIBLING, some
from xcm.accounts import account_location
from xcm.asset import Assets, collected
from xcm.junctions import GeneralIndex
from xcm.location import HERE, PARENT, Location
from xcm.responses import Null, Response, Version
from xcm.traits import XcmContext
from xcm.versions import XCM_VERSION, Versioned, VersionedAssets, into_version

CONTEXT = XcmContext(None, bytes(32), None)
PLACES = (PARENT, SIBLING, *(Location(1, (*SIBLING.interior, GeneralIndex(at))) for at in range(10)))
places = st.sampled_from(PLACES[:3])
aliasers = st.sampled_from(PLACES)
accounts = st.sampled_from((ALICE, BOB))
assets = st.sampled_from(((), (some(1),), (some(2),), collected((some(1), some(5, SIBLING)))))
versions = st.sampled_from((None, 3, 4, 5))
expiries = st.one_of(st.none(), st.integers(0, 12))
numbers = st.integers(0, 5)
responses: st.SearchStrategy[Response] = st.sampled_from((Null(), Version(5)))
LATER = BlockNumber(100)


class XcmPalletMachine(RuleBasedStateMachine):
    """Every rule does the same to a chain and to its model."""

    world: PalletWorld
    kept: Counter[tuple[Location, Assets, int]]
    aliases: dict[AccountId, dict[Location, int | None]]
    queries: dict[int, tuple[Location, Response | None]]
    asked: int
    block: int

    @initialize()
    def genesis(self) -> None:
        self.world = PalletWorld(chain=ChainWithDeposits)
        self.kept, self.queries, self.asked, self.block = Counter(), {}, 0, 1
        self.aliases = {ALICE: {}, BOB: {}}

    @rule()
    def next_block(self) -> None:
        self.world.next_block()
        self.block += 1

    # ------------------------------------------------------------------------------------------- traps

    @rule(owner=places, left=assets)
    def a_program_leaves_something(self, owner: Location, left: Assets) -> None:
        self.world.pallet.drop_assets(owner, left, CONTEXT)
        if left:
            self.kept[owner, left, XCM_VERSION] += 1

    @rule(owner=places, left=assets.filter(bool))
    def something_is_there_from_the_days_of_version_4(self, owner: Location, left: Assets) -> None:
        old = into_version(in_newest(left), 4, VersionedAssets)
        traps = self.world.pallet.asset_traps
        traps[trap_hash(owner, old)] = traps[trap_hash(owner, old)] + 1
        self.kept[owner, left, 4] += 1

    @rule(owner=places, left=assets, version=versions)
    def somebody_claims(self, owner: Location, left: Assets, version: int | None) -> None:
        ticket = HERE if version is None else Location(0, (GeneralIndex(version),))
        key = owner, left, version or XCM_VERSION

        claimed = self.world.pallet.claim_assets(owner, ticket, left, CONTEXT)

        assert claimed == (left if self.kept[key] else None)
        self.kept[key] -= self.kept[key] > 0

    @invariant()
    def what_is_kept_is_what_was_left_and_not_claimed(self) -> None:
        expected = {
            trap_hash(owner, into_version(in_newest(left), version, VersionedAssets)): count
            for (owner, left, version), count in self.kept.items()
            if count
        }
        assert dict(self.world.pallet.asset_traps.items()) == expected

    # ----------------------------------------------------------------------------------------- aliases

    def tries(self, who: AccountId, name: str, *arguments: object) -> bool:
        try:
            self.world.call(Signed(who), name, *arguments)
        except DispatchError:
            return False
        return True

    @rule(who=accounts, place=aliasers, expires=expiries)
    def an_account_lets_somebody(self, who: AccountId, place: Location, expires: int | None) -> None:
        let = self.aliases[who]
        has_room = place in let or len(let) < MAX_AUTHORIZED_ALIASES
        allowed = has_room and (expires is None or expires > self.block)

        assert self.tries(who, "add_authorized_alias", in_newest(place), expires) == allowed
        if allowed:
            let[place] = expires

    @rule(who=accounts, place=aliasers)
    def an_account_takes_it_back(self, who: AccountId, place: Location) -> None:
        let = self.aliases[who]

        assert self.tries(who, "remove_authorized_alias", in_newest(place)) == (place in let)
        let.pop(place, None)

    @rule(who=accounts)
    def an_account_takes_all_back(self, who: AccountId) -> None:
        assert self.tries(who, "remove_all_authorized_aliases") == bool(self.aliases[who])
        self.aliases[who] = {}

    @invariant()
    def who_may_speak_for_an_account_is_who_was_let_and_is_paid_for(self) -> None:
        chain = self.world.chain
        assert isinstance(chain, ChainWithDeposits)
        for who, let in self.aliases.items():
            here = account_location(who)
            found = self.world.pallet.authorized_aliasers(here)
            assert {each.location: each.expiry for each in found} == {
                newest(place): expires for place, expires in let.items()
            }
            assert chain.holds.on_hold(XCM_ALIASES, who) == deposit(len(let))
            may = {place for place in PLACES if self.world.pallet.is_authorized_alias(place, here)}
            assert may == {place for place, until in let.items() if until is None or self.block < until}

    # ----------------------------------------------------------------------------------------- queries

    @rule(responder=places)
    def somebody_is_asked(self, responder: Location) -> None:
        assert self.world.pallet.new_query(responder, LATER) == self.asked
        self.queries[self.asked] = responder, None
        self.asked += 1

    @rule(origin=places, query=numbers, response=responses)
    def somebody_answers(self, origin: Location, query: int, response: Response) -> None:
        pallet = self.world.pallet
        responder, answer = self.queries.get(query, (None, None))
        expected = responder == origin and answer is None

        assert pallet.expecting_response(origin, query, HERE) == expected
        pallet.on_response(origin, query, HERE, response, Weight(0, 0), CONTEXT)
        if expected:
            self.queries[query] = origin, response

    @rule(query=numbers)
    def an_answer_is_taken(self, query: int) -> None:
        taken = self.world.pallet.take_response(query)

        match self.queries.get(query):
            case None:
                assert taken == QueryNotFound()
            case _, None:
                assert taken == QueryOpen(LATER)
            case _, answer:
                assert isinstance(taken, QueryTaken)
                assert taken.response == answer
                del self.queries[query]

    @invariant()
    def what_is_asked_is_open_or_answered(self) -> None:
        stored = self.world.pallet.queries
        assert set(stored.keys()) == set(self.queries)
        for query, (responder, answer) in self.queries.items():
            match stored.get(query):
                case Pending(who):
                    assert (who, answer) == (newest(responder), None)
                case Ready(response):
                    assert response == Versioned(XCM_VERSION, answer)
                case other:
                    raise AssertionError(other)


TestXcmPalletMachine = XcmPalletMachine.TestCase
TestXcmPalletMachine.settings = settings(stateful_step_count=30, deadline=None)
