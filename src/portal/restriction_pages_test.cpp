// What is asked of an agency about somebody's data, answered by its staff; what is restricted then, and opened all the same.
#include "portal/restriction_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "notify/migrations.h"
#include "notify/telling.h"
#include "portal/testing/filled_portal.h"
#include "privacy/migrations.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class RestrictionPagesTest : public testing::FilledPortal {
 protected:
  RestrictionPagesTest() {
    store::migrate(registers.temp.database(), registers.clock, {notify::migrations(), privacy::migrations()});
    pages = std::make_unique<testing::PortalOver>(registers, *access);
    pages->open({agency_pages({.apps = apps, .agency = instances->agency, .restrictions = &access->restrictions()}),
                 inbox_pages({.apps = apps,
                              .inbox = inbox,
                              .permits = instances->permits,
                              .drafts = instances->drafts,
                              .matters = instances->matters,
                              .deleting = instances->deleting,
                              .attachments = instances->attachments,
                              .ledger = *log,
                              .messages = messages.messages,
                              .contacts = contacts.points()}),
                 matter_pages({.apps = apps,
                               .permits = instances->permits,
                               .matters = instances->matters,
                               .deleting = instances->deleting,
                               .attachments = instances->attachments,
                               .ledger = *log,
                               .restrictions = &access->restrictions()}),
                 activity_pages({.apps = apps, .ledger = *log}),
                 restriction_pages({.apps = apps,
                                    .restrictions = access->restrictions(),
                                    .requests = requests,
                                    .agency = instances->agency,
                                    .sent = messages.sent,
                                    .orders = orders})});
    pages->log_in(caseworker);
  }
  terms::InstanceId sent() {
    const auto id = begin();
    (void)send(id, fill(id).version, post());
    return id;
  }
  privacy::RequestId ask(privacy::RequestKind kind, const terms::InstanceId& id) {
    const auto permit =
        instances::testing::expect(access->decider().decide(manager, terms::Action::delegate, {.party = firm}));
    return instances::testing::expect(
        requests.ask(permit,
                     {.kind = kind,
                      .controller = "dat",
                      .target = {privacy::RequestTarget::Kind::instance, id.text()},
                      .ground = kind == privacy::RequestKind::restriction ? "contested" : "",
                      .words = "Tallet er feil."},
                     registers.clock.now(), post()));
  }
  AgencyMatterAddresses agency(const terms::InstanceId& id) {
    return {"dat", registers.organisation("Fjord og Fjell AS").uuid, id};
  }
  std::string nb(std::string_view id) { return pages->t(Language::nb, id); }

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
  notify::Orders orders{registers.temp.database(), registers.clock};
  const AgencyClaimAddresses claims{"dat"};
};
INSTANTIATE_TEST_SUITE_P(Sqlite, RestrictionPagesTest, ::testing::Values(store::Engine::sqlite));

TEST_P(RestrictionPagesTest, are_for_the_agencys_staff_alone) {
  const auto claim = ask(privacy::RequestKind::restriction, sent());
  for (const auto& address : {claims.page(), claims.claim(claim.text())}) {
    pages->log_in(caseworker);
    EXPECT_EQ(pages->get(address).status, 200) << address;
    pages->log_in(manager);
    EXPECT_EQ(pages->get(address).status, 403) << address;
  }
}

TEST_P(RestrictionPagesTest, restrict_what_was_asked_for_and_refuse_the_clerk_from_then_on) {
  const auto id = sent();
  const auto claim = ask(privacy::RequestKind::restriction, id);
  EXPECT_THAT(pages->get(claims.page()).body, HasSubstr(claims.claim(claim.text())));
  EXPECT_THAT(pages->get(claims.claim(claim.text())).body, HasSubstr("Tallet er feil."));
  ASSERT_EQ(pages->get(agency(id).page()).status, 200);
  const auto done = pages->post(claims.claim(claim.text()), {{"gjor", "godta"}, {"tekst", "Ja"}, {"once", post()}});
  ASSERT_EQ(done.status, 303) << done.body;
  EXPECT_THAT(pages->get(claims.page()).body, HasSubstr(nb("restriction.ground.contested")));
  const auto refused = pages->get(agency(id).page());
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, AllOf(HasSubstr(nb("restriction.refused.title")), HasSubstr(agency(id).open_restricted())));
  EXPECT_EQ(pages->get(agency(id).form_json()).status, 403);
  EXPECT_THAT(pages->get(queue_address("dat")).body, Not(HasSubstr(id.text())));
}

TEST_P(RestrictionPagesTest, refuse_with_a_reason_and_not_without) {
  const auto id = sent();
  const auto claim = ask(privacy::RequestKind::restriction, id);
  const auto without =
      pages->post(claims.claim(claim.text()), {{"gjor", "avsla"}, {"tekst", "Nei."}, {"once", post()}});
  EXPECT_EQ(without.status, 422);
  EXPECT_THAT(without.body, AllOf(HasSubstr("Nei."), HasSubstr(nb("error.rights.refusal"))));
  const auto with_reason =
      pages->post(claims.claim(claim.text()), {{"gjor", "avsla"}, {"grunn", "law_requires"}, {"once", post()}});
  EXPECT_EQ(with_reason.status, 303) << with_reason.body;
  EXPECT_EQ(pages->get(agency(id).page()).status, 200);
  EXPECT_THAT(pages->get(claims.claim(claim.text())).body,
              AllOf(HasSubstr(nb("rights.refused.law_requires")), Not(HasSubstr("name=\"gjor\""))));
}

TEST_P(RestrictionPagesTest, open_it_anyway_on_a_ground_that_the_party_reads_in_its_log) {
  const auto id = sent();
  ASSERT_EQ(
      pages
          ->post(claims.claim(ask(privacy::RequestKind::restriction, id).text()), {{"gjor", "godta"}, {"once", post()}})
          .status,
      303);
  const auto way = agency(id).open_restricted();
  EXPECT_EQ(pages->get(way).status, 200);
  const auto incomplete = pages->post(way, {{"hvorfor", "Klage i saken"}, {"once", post()}});
  EXPECT_EQ(incomplete.status, 422);
  EXPECT_THAT(incomplete.body, AllOf(HasSubstr("Klage i saken"), HasSubstr(nb("error.restriction.ground"))));
  const auto opened = pages->post(way, {{"grunn", "legal_claims"}, {"hvorfor", "Klage i saken"}, {"once", post()}});
  ASSERT_EQ(opened.status, 303) << opened.body;
  const auto matter = pages->get(agency(id).page());
  EXPECT_EQ(matter.status, 200);
  const auto until =
      base::format_local(registers.clock.now() + base::Duration::hours(1), base::TimeStyle::full, Language::nb);
  EXPECT_THAT(matter.body,
              AllOf(HasSubstr(nb("restriction.opened.title")), HasSubstr(nb("restriction.opening.legal_claims")),
                    HasSubstr(pages->t(Language::nb, "restriction.opened.until", {{"time", until}}))));
  log->flush();
  pages->log_in(manager);
  const auto activity = pages->get(PartyAddresses(registers.organisation("Fjord og Fjell AS").uuid).activity()).body;
  EXPECT_THAT(activity, AllOf(HasSubstr(nb("event.restriction.opened")), HasSubstr("Klage i saken"),
                              HasSubstr(nb("restriction.opening.legal_claims")),
                              HasSubstr(nb("event.restriction.imposed")), Not(HasSubstr(caseworker.name))));
}

TEST_P(RestrictionPagesTest, open_an_addition_with_the_restricted_form_that_it_adds_to) {
  const auto id = sent(), addition = begin(id);
  (void)send(addition, save(manager, addition, {{"mer.tekst", "Enda et spørsmål"}}).draft.version, post());
  const auto claim = ask(privacy::RequestKind::restriction, id);
  ASSERT_EQ(pages->post(claims.claim(claim.text()), {{"gjor", "godta"}, {"once", post()}}).status, 303);
  ASSERT_EQ(pages->get(agency(addition).form_json()).status, 403);
  const auto opened = pages->post(agency(addition).open_restricted(),
                                  {{"grunn", "legal_claims"}, {"hvorfor", "Klage i saken"}, {"once", post()}});
  EXPECT_EQ(opened.status, 303) << opened.body;
  EXPECT_EQ(pages->get(agency(addition).form_json()).status, 200);
}

TEST_P(RestrictionPagesTest, keep_what_was_taken_back_in_a_list_of_its_own) {
  const auto claim = ask(privacy::RequestKind::objection, sent());
  const auto permit =
      instances::testing::expect(access->decider().decide(manager, terms::Action::delegate, {.party = firm}));
  ASSERT_TRUE(requests.withdraw(permit, claim, registers.clock.now(), post()));
  const auto page = pages->get(claims.page()).body;
  EXPECT_THAT(page, AllOf(Not(HasSubstr(claims.claim(claim.text()))), HasSubstr("mappe=trukket")));
  EXPECT_THAT(pages->get(claims.page() + "?mappe=trukket").body, HasSubstr(claims.claim(claim.text())));
}

TEST_P(RestrictionPagesTest, say_who_was_told_how_and_what_became_of_it) {
  ASSERT_EQ(pages
                ->post(claims.claim(ask(privacy::RequestKind::restriction, sent()).text()),
                       {{"gjor", "godta"}, {"once", post()}})
                .status,
            303);
  const auto judge = instances::testing::expect(access->decider().agency_scope(caseworker, "dat"));
  const auto one = access->restrictions().of_controller({&judge, {}}).at(0);
  const auto at = registers.clock.now();
  const access::Told by_notice{"party", "imposed", at, "notice"}, by_event{"dat", "imposed", at, "event"};
  notify::NewOrder order;
  order.template_name = "restriction_imposed";
  order.recipient = firm;
  order.cause = notify::cause_of_told(one.id, by_notice);
  order.due = at;
  ASSERT_TRUE(registers.temp.database().write([&](store::Tx& tx) -> base::Status {
    access::note_told(tx, one.id, by_notice);
    access::note_told(tx, one.id, by_event);
    return orders.place(tx, order, post());
  }));
  EXPECT_THAT(pages->get(claims.page()).body,
              AllOf(HasSubstr(nb("restriction.told.by.event")), HasSubstr(nb("restriction.told.by.notice")),
                    HasSubstr(nb("sending.notice.ordered"))));
}

TEST_P(RestrictionPagesTest, say_before_when_a_restriction_is_lifted) {
  const auto id = sent();
  ASSERT_EQ(
      pages
          ->post(claims.claim(ask(privacy::RequestKind::restriction, id).text()), {{"gjor", "godta"}, {"once", post()}})
          .status,
      303);
  const auto judge = instances::testing::expect(access->decider().agency_scope(caseworker, "dat"));
  const auto one = access->restrictions().of_controller({&judge, {}}).at(0);
  for (const auto& day : {std::string("i morgen"), base::to_date_oslo(registers.clock.now())}) {
    const auto wrong = pages->post(claims.lift(one.id.text()), {{"dag", day}, {"once", post()}});
    EXPECT_EQ(wrong.status, 422) << day;
    EXPECT_THAT(wrong.body, AllOf(HasSubstr("href=\"#dag-" + one.id.text() + "\""), HasSubstr("aria-invalid=\"true\""),
                                  HasSubstr("value=\"" + day + "\""), HasSubstr(nb("error.restriction.day"))));
  }
  const auto done = pages->post(claims.lift(one.id.text()), {{"dag", ""}, {"once", post()}});
  ASSERT_EQ(done.status, 303) << done.body;
  const auto day = access->restrictions().of_controller({&judge, {}}).at(0).lift_at;
  ASSERT_TRUE(day);
  EXPECT_THAT(pages->get(claims.page()).body,
              HasSubstr(pages->t(Language::nb, "restriction.ends",
                                 {{"day", base::format_local(*day, base::TimeStyle::date, Language::nb)}})));
}

TEST_P(RestrictionPagesTest, tell_the_party_over_its_own_form_that_the_agency_may_not_use_it) {
  const auto id = sent(), untouched = sent();
  const auto claim = ask(privacy::RequestKind::restriction, id);
  ASSERT_EQ(pages->post(claims.claim(claim.text()), {{"gjor", "godta"}, {"once", post()}}).status, 303);
  pages->log_in(manager);
  const PartyAddresses own(registers.organisation("Fjord og Fjell AS").uuid);
  const auto agency_in_full = apps.services().front()->controller(Language::nb).name;
  const auto said = pages->t(Language::nb, "restriction.own.title",
                             {{"controller", agency_in_full.substr(0, agency_in_full.find(" ("))}});
  EXPECT_THAT(
      pages->get(own.matter(id).page()).body,
      AllOf(HasSubstr(said), HasSubstr(nb("restriction.ground.contested")), HasSubstr(nb("restriction.own.goes_on"))));
  const auto other = pages->get(own.matter(untouched).page());
  EXPECT_EQ(other.status, 200);
  EXPECT_THAT(other.body, Not(HasSubstr(nb("restriction.own.goes_on"))));
}

}  // namespace
}  // namespace alting::portal
