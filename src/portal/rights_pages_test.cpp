// The pages of one's rights over real copies, requests and disputes: what each shows, asks and says.
#include "portal/rights_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/room_catalogue.h"
#include "events/room_catalogue.h"
#include "inbox/room_catalogue.h"
#include "instances/room_catalogue.h"
#include "ledger/room_catalogue.h"
#include "login/room_catalogue.h"
#include "notify/migrations.h"
#include "notify/room_catalogue.h"
#include "parties/room_catalogue.h"
#include "portal/law_pages.h"
#include "portal/profile_pages.h"
#include "portal/testing/filled_portal.h"
#include "privacy/migrations.h"
#include "privacy/room_catalogue.h"
#include "store/room_catalogue.h"
#include "store/row_reader.h"
#include "web/room_catalogue.h"

namespace alting::portal {
namespace {

using instances::testing::expect;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class RightsPagesTest : public testing::FilledPortal {
 protected:
  RightsPagesTest() {
    store::migrate(registers.temp.database(), registers.clock, {notify::migrations(), privacy::migrations()});
    const RightsUses uses{.apps = apps,
                          .catalogue = catalogue,
                          .inbox = inbox,
                          .restrictions = access->restrictions(),
                          .retention = retention,
                          .requests = requests,
                          .disputes = disputes,
                          .copies = copies,
                          .erasures = erasures,
                          .orders = orders,
                          .backup_days = 30};
    rights = std::make_unique<testing::PortalOver>(registers, *access);
    rights->open({rights_pages(uses), law_pages({.apps = apps, .catalogue = catalogue, .rights = uses}),
                  profile_pages({.contact = {}, .disputes = &disputes}),
                  agency_pages({.apps = apps, .agency = instances->agency, .disputes = &disputes})});
    rights->log_in(manager);
  }

  RightsAddresses own() { return RightsAddresses(manager.party_uuid); }
  RightsAddresses of_firm() { return RightsAddresses(registers.organisation("Fjord og Fjell AS").uuid); }
  std::string t(std::string_view id, const base::Texts::Params& params = {}) {
    return rights->t(Language::nb, id, params);
  }
  Response ask_for(const RightsAddresses& of, std::string kind, std::string what, std::string words,
                   std::string ground = {}) {
    return rights->post(of.claims(), {{"once", post()},
                                      {"rett", std::move(kind)},
                                      {"gjelder", std::move(what)},
                                      {"grunn", std::move(ground)},
                                      {"tekst", std::move(words)}});
  }

  store::Catalogue catalogue{{&store::room_catalogue(), &ledger::room_catalogue(), &parties::room_catalogue(),
                              &access::room_catalogue(), &instances::room_catalogue(), &web::room_catalogue(),
                              &inbox::room_catalogue(), &notify::room_catalogue(), &events::room_catalogue(),
                              &privacy::room_catalogue(), &login::room_catalogue()}};
  privacy::Retention retention{{.database = registers.temp.database(),
                                .ledger = *log,
                                .parties = *registers.registry,
                                .catalogue = catalogue,
                                .clock = registers.clock,
                                .random = registers.random}};
  privacy::Requests requests{{.database = registers.temp.database(),
                              .vault = vault.vault(),
                              .ledger = *log,
                              .decider = access->decider(),
                              .parties = *registers.registry,
                              .clock = registers.clock,
                              .random = registers.random,
                              .quotas = {},
                              .apps = apps,
                              .permits = instances->permits,
                              .messages = messages.messages}};
  privacy::Disputes disputes{{.database = registers.temp.database(), .ledger = *log, .decider = access->decider()}};
  privacy::Copies copies{{.database = registers.temp.database(),
                          .vault = vault.vault(),
                          .ledger = *log,
                          .decider = access->decider(),
                          .clock = registers.clock,
                          .random = registers.random}};
  notify::Orders orders{registers.temp.database(), registers.clock};
  privacy::Erasures erasures{
      {.database = registers.temp.database(),
       .vault = vault.vault(),
       .ledger = *log,
       .decider = access->decider(),
       .catalogue = catalogue,
       .drafts = instances->drafts,
       .messages = messages.messages,
       .delete_sent = [](const terms::Permit&, base::Instant, std::string_view) { return base::Status(); },
       .forget_copies = [this](terms::PartyId party) { return copies.forget_all(party); },
       .held_until = [](terms::PartyId, base::Instant) -> std::optional<base::Instant> { return std::nullopt; },
       .clock = registers.clock,
       .random = registers.random}};
  std::unique_ptr<testing::PortalOver> rights;
};
INSTANTIATE_TEST_SUITE_P(Engines, RightsPagesTest, ::testing::Values(store::Engine::sqlite),
                         store::testing::engine_name);

TEST_P(RightsPagesTest, the_statement_has_the_rights_as_acts_for_who_is_logged_in_and_the_way_in_for_others) {
  for (const auto language : base::all_languages) {
    const auto page = rights->get("/personvern", language);
    EXPECT_EQ(page.status, 200);
    for (const auto& address : {own().copies(), own().erase(), own().correct(), own().claim("restriction"),
                                own().claim("objection"), own().claim("other")})
      EXPECT_THAT(page.body, HasSubstr("href=\"" + address + "\"")) << address;
    EXPECT_THAT(page.body, AllOf(HasSubstr(rights->t(language, "rights.ended.none")),
                                 HasSubstr(rights->t(language, "estates.title")), Not(HasSubstr("{privacy_"))));
  }
  rights->sessions.session.reset();
  const auto open = rights->get("/personvern");
  EXPECT_EQ(open.status, 200);
  EXPECT_THAT(open.body, AllOf(HasSubstr(t("rights.log_in")), Not(HasSubstr(own().copies()))));
}

TEST_P(RightsPagesTest, a_copy_is_asked_for_once_and_shown_with_how_far_it_has_come) {
  EXPECT_THAT(rights->get(own().copies()).body, HasSubstr(t("rights.copy.ask")));
  const auto asked = rights->post(own().copies(), {{"once", post()}});
  ASSERT_EQ(asked.status, 303);
  const auto page = rights->get(location(asked));
  EXPECT_THAT(page.body, AllOf(HasSubstr(t("rights.copy.waiting")), HasSubstr(t("rights.copy.delete")),
                               Not(HasSubstr(t("rights.copy.ask") + "</button>"))));
  const auto copy =
      copies.list(expect(access->decider().decide(manager, terms::Action::delegate, {.party = manager.party})),
                  registers.clock.now());
  ASSERT_EQ(copy.size(), 1U);
  EXPECT_EQ(rights->get(own().copy(copy[0].id.text())).status, 409) << "it is not made yet";
  EXPECT_EQ(rights->post(own().delete_copy(copy[0].id.text()), {{"once", post()}}).status, 303);
  EXPECT_THAT(rights->get(own().copies()).body, Not(HasSubstr(t("rights.copy.waiting"))));
}

TEST_P(RightsPagesTest, head_of_a_copy_is_answered_as_get_and_fetches_nothing) {
  ASSERT_EQ(rights->post(own().copies(), {{"once", post()}}).status, 303);
  const auto permit = expect(access->decider().decide(manager, terms::Action::delegate, {.party = manager.party}));
  const auto id = copies.list(permit, registers.clock.now()).at(0).id;
  const auto address = own().copy(id.text());
  EXPECT_EQ(rights->head(address).status, 409) << "it is not made yet";
  auto writer = vault.vault().create_blob({instances::party_holder(manager.party)});
  writer->append("PK and more");
  const auto made = writer->finish();
  ASSERT_TRUE(registers.temp.database().write([&](store::Tx& tx) -> base::Status {
    tx.run(
        "UPDATE privacy_copy SET state = 'ready', kept_from = ?, key_id = ?, blob_name = ?, size = ?, digest = ? WHERE "
        "copy_id = ?",
        {registers.clock.now(), made.key_id, made.name, made.size, store::Value::octets(made.digest), id});
    return {};
  }));
  const auto downloads = [&] { return copies.list(permit, registers.clock.now()).at(0).downloads; };
  const auto head = rights->head(address);
  EXPECT_EQ(downloads(), 0);
  const auto got = rights->get(address);
  EXPECT_EQ(downloads(), 1);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.source_size, made.size);
  EXPECT_EQ(got.source_size, made.size);
  EXPECT_EQ(head.content_type, got.content_type);
  EXPECT_EQ(head.headers, got.headers);
  log->flush();
  EXPECT_EQ(registers.temp.database().read([](store::Tx& tx) {
    return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM ledger_activity WHERE kind = 'copy.downloaded'");
  }),
            1);
  rights->sessions.session->logged_in_at = registers.clock.now() - privacy::fresh_login - base::Duration::seconds(1);
  EXPECT_EQ(rights->head(address).status, 303) << "to a fresh login, as GET";

  std::string octets;
  const auto write = [&](std::string_view part) { octets += part; };
  got.source(write);
  EXPECT_EQ(octets, "PK and more");
  ASSERT_EQ(rights->post(own().delete_copy(id.text()), {{"once", post()}}).status, 303);
  EXPECT_THROW(got.source(write), std::runtime_error)
      << "what is sent breaks off, and does not end as if it were whole";
  EXPECT_EQ(octets, "PK and more");
}

TEST_P(RightsPagesTest, who_led_a_business_before_its_estate_has_no_copy_of_it) {
  const auto skute = registers.organisation("Skjør Skute AS");
  const RightsAddresses of_skute(skute.uuid);
  const auto leader = registers.actor("foreign_worker");
  ASSERT_TRUE(access->decider().decide(leader, terms::Action::read_delegations, {.party = skute.id}));
  rights->log_in(leader);
  EXPECT_EQ(rights->get(of_skute.copies()).status, 403);
  EXPECT_EQ(rights->post(of_skute.copies(), {{"once", post()}}).status, 403);
  rights->log_in(registers.actor("bankruptcy_trustee"));
  EXPECT_EQ(rights->get(of_skute.copies()).status, 200);
  EXPECT_EQ(rights->post(of_skute.copies(), {{"once", post()}}).status, 303);
}

TEST_P(RightsPagesTest, a_request_is_made_followed_and_taken_back) {
  const auto asked = ask_for(of_firm(), "objection", "all:dat", "Ikke bruk dette.");
  ASSERT_EQ(asked.status, 303);
  EXPECT_EQ(location(asked).substr(0, of_firm().page().size()), of_firm().page());
  const auto page = rights->get(location(asked));
  const auto due =
      base::format_local(privacy::due_times(registers.clock.now()).ours, base::TimeStyle::date, Language::nb);
  EXPECT_THAT(page.body, AllOf(HasSubstr(t("rights.state.received")), HasSubstr(t("rights.due", {{"day", due}})),
                               HasSubstr("Datatilsynet")));
  const auto id =
      requests.mine(expect(access->decider().decide(manager, terms::Action::delegate, {.party = firm}))).front().id;
  EXPECT_THAT(page.body, AllOf(HasSubstr("id=\"trekk-" + id.text() + "\""), HasSubstr(t("rights.withdraw.title")),
                               HasSubstr(t("rights.withdraw.confirm"))));
  ASSERT_EQ(rights->post(of_firm().withdraw(id.text()), {{"once", post()}}).status, 303);
  EXPECT_THAT(rights->get(of_firm().page()).body, HasSubstr(t("rights.state.withdrawn")));
  EXPECT_THAT(rights->get("/personvern").body, Not(HasSubstr(t("rights.state.withdrawn")))) << "the firm's alone";
}

TEST_P(RightsPagesTest, what_is_wrong_with_a_request_stands_at_its_field_with_what_was_typed) {
  const auto page = ask_for(own(), "restriction", "all:dat", "Mine <ord>", "");
  EXPECT_EQ(page.status, 422);
  EXPECT_THAT(page.body, AllOf(HasSubstr(t("error.rights.ground")), HasSubstr("Mine &lt;ord&gt;")));
  EXPECT_EQ(ask_for(own(), "other", "all:dat", "").status, 422);
  EXPECT_EQ(ask_for(own(), "objection", "instance:dat:" + base::Uuid::v4(registers.random).text(), "x").status, 422);
  EXPECT_EQ(ask_for(own(), "objection", "tull", "x").status, 422);
}

TEST_P(RightsPagesTest, what_waits_already_is_led_to_and_another_question_is_sent) {
  ASSERT_EQ(ask_for(own(), "objection", "all:dat", "Ikke bruk dette.").status, 303);
  const auto again = ask_for(own(), "objection", "all:dat", "Heller ikke dette.");
  EXPECT_EQ(again.status, 422);
  EXPECT_THAT(again.body, AllOf(HasSubstr(t("error.rights.open")), HasSubstr(t("rights.open.title")),
                                HasSubstr("href=\"" + own().page() + "\""), HasSubstr("Heller ikke dette.")));
  EXPECT_EQ(ask_for(own(), "other", "all:dat", "Hvem har dem?").status, 303);
  EXPECT_EQ(ask_for(own(), "other", "all:dat", "Og siden når?").status, 303);
}

TEST_P(RightsPagesTest, too_many_requests_are_told_over_the_form_and_nothing_typed_is_lost) {
  for (std::int64_t i = 0; i < privacy::most_open; ++i)
    ASSERT_EQ(ask_for(own(), "other", "all:dat", "Spørsmål " + std::to_string(i)).status, 303);
  const auto refused = ask_for(own(), "other", "all:dat", "Ett til");
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body, AllOf(HasSubstr("error-summary"), HasSubstr("Ett til</textarea>")));
}

TEST_P(RightsPagesTest, one_form_that_was_sent_can_be_chosen_and_no_draft) {
  const auto draft = begin();
  const auto filled = fill(draft);
  EXPECT_THAT(rights->get(of_firm().claim("restriction")).body, Not(HasSubstr(draft.text())));
  (void)send(draft, filled.version, post());
  EXPECT_THAT(rights->get(of_firm().claim("restriction")).body, HasSubstr("instance:dat:" + draft.text()));
  const auto putting_away = expect(instances->permits.allow(manager, firm, draft, terms::Action::remove));
  ASSERT_TRUE(instances->matters.archive(putting_away.permit, true, registers.clock.now()));
  EXPECT_THAT(rights->get(of_firm().claim("restriction")).body,
              AllOf(HasSubstr("instance:dat:" + draft.text()), HasSubstr(t("rights.what.archived"))));
  EXPECT_EQ(ask_for(of_firm(), "restriction", "instance:dat:" + draft.text(), "", "unlawful").status, 303);
}

TEST_P(RightsPagesTest, what_is_marked_as_disputed_stands_beside_the_value_on_the_profile) {
  EXPECT_THAT(rights->get(own().correct()).body,
              AllOf(HasSubstr("skatteetaten.no"), HasSubstr("norge.no"), HasSubstr("brreg.no"),
                    HasSubstr("Modig Måltrost"), HasSubstr(base::date_in_words("1978-04-12", Language::nb))));
  const auto mark = rights->post(own().correct(), {{"once", post()}, {"opplysning", "name"}, {"bestridt", "ja"}});
  ASSERT_EQ(mark.status, 303);
  const auto day = base::format_local(registers.clock.now(), base::TimeStyle::date, Language::nb);
  const auto said = t("rights.disputed_since", {{"day", day}});
  EXPECT_THAT(rights->get("/profil").body, HasSubstr(said));
  EXPECT_THAT(rights->get(own().correct()).body, HasSubstr(said));
  ASSERT_EQ(rights->post(own().correct(), {{"once", post()}, {"opplysning", "name"}, {"bestridt", "nei"}}).status, 303);
  EXPECT_THAT(rights->get("/profil").body, Not(HasSubstr(said)));
}

TEST_P(RightsPagesTest, what_a_business_disputes_stands_with_its_registers_and_where_the_agency_reads_its_forms) {
  EXPECT_THAT(rights->get(of_firm().correct()).body,
              AllOf(HasSubstr("brreg.no"), HasSubstr(t("rights.correct.business.industry")),
                    HasSubstr("Fjord og Fjell AS; AS"), Not(HasSubstr(t("rights.correct.birth")))));
  const auto draft = begin();
  (void)send(draft, fill(draft).version, post());
  const AgencyMatterAddresses at("dat", registers.organisation("Fjord og Fjell AS").uuid, draft);
  const auto mark = [&](std::string datum, std::string disputed) {
    rights->log_in(manager);
    return rights
        ->post(of_firm().correct(),
               {{"once", post()}, {"opplysning", std::move(datum)}, {"bestridt", std::move(disputed)}})
        .status;
  };
  const auto read_by_clerk = [&] {
    rights->log_in(caseworker);
    return rights->get(at.page()).body;
  };
  EXPECT_GE(mark("birth", "ja"), 400) << "of a person alone";
  EXPECT_THAT(read_by_clerk(), AllOf(HasSubstr("<h1"), Not(HasSubstr(t("rights.disputed.seen")))));
  ASSERT_EQ(mark("industry", "ja"), 303);
  const auto day = base::format_local(registers.clock.now(), base::TimeStyle::date, Language::nb);
  EXPECT_THAT(rights->get(of_firm().correct()).body, HasSubstr(t("rights.disputed_since", {{"day", day}})));
  EXPECT_THAT(read_by_clerk(),
              AllOf(HasSubstr(t("rights.disputed.seen")), HasSubstr(t("rights.correct.business.industry") + ": " +
                                                                    t("rights.disputed_since", {{"day", day}}))));
  ASSERT_EQ(mark("industry", "nei"), 303);
  EXPECT_THAT(read_by_clerk(), Not(HasSubstr(t("rights.disputed.seen"))));
}

TEST_P(RightsPagesTest, every_page_of_a_right_tells_where_to_read_of_it_and_to_complain) {
  for (const auto& address : {own().copies(), own().erase(), own().correct(), own().claim("restriction"),
                              own().claim("erasure"), of_firm().page(), of_firm().erase(), of_firm().correct()})
    EXPECT_THAT(rights->get(address).body,
                AllOf(HasSubstr(std::string(complaint_address)), HasSubstr("/den-registrertes-rettigheter/")))
        << address;
}

TEST_P(RightsPagesTest, what_goes_and_what_stays_is_told_before_all_is_erased) {
  const auto page = rights->get(own().erase());
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, AllOf(HasSubstr(t("rights.erase.goes")), HasSubstr(t("rights.erase.all.title")),
                               HasSubstr(t("rights.erase.stays")), Not(HasSubstr("erasure.why."))));
  const auto business = rights->get(of_firm().erase());
  EXPECT_THAT(business.body,
              AllOf(HasSubstr(t("rights.erase_business.ingress")), Not(HasSubstr(t("rights.erase.all.title")))));
  EXPECT_GE(rights->post(of_firm().erase(), {{"once", post()}}).status, 400) << "a business erases nothing so";
}

TEST_P(RightsPagesTest, all_is_erased_only_by_who_logged_in_a_moment_ago_and_not_by_a_session_that_is_new_alone) {
  rights->sessions.session->logged_in_at = registers.clock.now() - base::Duration::minutes(6);
  const auto page = rights->get(own().erase());
  EXPECT_THAT(page.body, AllOf(HasSubstr(t("rights.erase.log_in")), Not(HasSubstr(t("rights.erase.all.confirm")))));
  const auto refused = rights->post(own().erase(), {{"once", post()}});
  EXPECT_EQ(refused.status, 303);
  EXPECT_THAT(location(refused), HasSubstr("ny=1"));
  rights->sessions.session->logged_in_at.reset();  // an issuer that does not say when
  EXPECT_THAT(location(rights->post(own().erase(), {{"once", post()}})), HasSubstr("ny=1"));
  EXPECT_THAT(
      erasures.mine(expect(access->decider().decide(manager, terms::Action::delegate, {.party = manager.party}))),
      ::testing::IsEmpty());
}

TEST_P(RightsPagesTest, what_is_held_is_not_erased_and_the_day_is_said_in_words) {
  privacy::NewHold hold;
  hold.party = manager.party;
  hold.reason = "krav 26/1";
  hold.owner = "Personvernombudet";
  hold.until = registers.clock.now() + base::Duration::days(10);
  ASSERT_TRUE(retention.place(hold, registers.clock.now()));
  const auto refused = rights->post(own().erase(), {{"once", post()}});
  EXPECT_GE(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr(base::format_local(hold.until, base::TimeStyle::date, Language::nb)));
}

TEST_P(RightsPagesTest, who_does_not_manage_a_business_gets_none_of_its_pages) {
  give(registers.actor("employee"), guidance);
  rights->log_in(registers.actor("employee"));
  for (const auto& address :
       {of_firm().page(), of_firm().copies(), of_firm().erase(), of_firm().correct(), of_firm().claims()})
    EXPECT_EQ(rights->get(address).status, 403) << address;
  EXPECT_EQ(ask_for(of_firm(), "objection", "all:dat", "x").status, 403);
}

}  // namespace
}  // namespace alting::portal
