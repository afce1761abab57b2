// An agency's own systems: what they list, read and confirm of what was sent, and that they learn nothing of a draft.
#include <gtest/gtest.h>

#include <algorithm>

#include "instances/testing/own_form.h"
#include "ledger/event_kinds.h"
#include "store/testing/query_plan.h"

namespace alting::instances {
namespace {

using testing::expect;
using testing::Language, testing::Action;

class AgencyMachine : public testing::InstancesFixture {
 protected:
  terms::Actor system(std::vector<std::string> scopes = {std::string(access::scope_instances_read),
                                                         std::string(access::scope_instances_write)},
                      const std::string& organisation = "Datatilsynet") {
    const auto party = registers.organisation(organisation);
    terms::Actor actor;
    actor.kind = terms::ActorKind::system;
    actor.party = party.id;
    actor.party_uuid = party.uuid;
    actor.level = terms::AssuranceLevel::substantial;
    actor.name = party.name;
    actor.credential = "client:https://issuer.example/|archive";
    actor.scopes = std::move(scopes);
    actor.supplier = "310000002";
    return actor;
  }
  Sent send_one() {
    registers.clock.advance(base::Duration::minutes(1));
    const auto id = begin();
    add_file(id, "vedlegg.pdf", testing::small_pdf);
    return send(id, fill(id).version, post());
  }
  SentPage list(const StorageQuery& query = {}) {
    return expect(instances->agency.list_for_system(expect(access->decider().agency_scope(system(), "dat")), query,
                                                    registers.clock.now()));
  }
  std::vector<terms::InstanceId> found(const StorageQuery& query = {}) {
    std::vector<terms::InstanceId> ids;
    for (const auto& row : list(query).rows) ids.push_back(row.at.id);
    return ids;
  }
  terms::Permit allow(const Sent& sent, Action action = Action::agency_read) {
    return expect(instances->agency.allow_system(system(), firm, sent.submission.at.id, action));
  }
  SentInstance confirm(const Sent& sent) {
    return expect(instances->agency.confirm(allow(sent, Action::agency_confirm), registers.clock.now()));
  }
  template <class Result>
  static std::string code_of(const Result& result) {
    return result ? std::string() : result.error().code;
  }
  // What the sender sees of the agency, the newest first.
  std::vector<ledger::Activity> seen_by_sender() {
    log->flush();
    const auto permit = expect(access->decider().decide(manager, Action::read_activity, {.party = firm}));
    auto rows = log->activity(permit, {.party = firm}).rows;
    std::erase_if(rows, [](const auto& one) { return !one.actor_is_agency; });
    return rows;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, AgencyMachine, store::testing::engines(), store::testing::engine_name);

TEST_P(AgencyMachine, lists_what_was_sent_without_its_answers_and_no_draft) {
  const auto draft = begin();
  (void)fill(draft);
  EXPECT_TRUE(list().rows.empty());
  const auto sent = send_one();
  const auto page = list();
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_EQ(page.next, "");
  const auto& row = page.rows.front();
  EXPECT_EQ(row.at.id, sent.submission.at.id);
  EXPECT_EQ(row.at.app, guidance);
  EXPECT_FALSE(row.supplement);
  EXPECT_EQ(row.archive_reference, sent.submission.archive_reference);
  EXPECT_EQ(row.created, sent.submission.received_at);
  EXPECT_EQ(row.committed, sent.submission.committed_at);
  EXPECT_EQ(row.last_changed, row.committed);
  EXPECT_FALSE(row.confirmed);
  EXPECT_EQ(row.digest, sent.submission.digest);
  EXPECT_EQ(row.size, static_cast<std::int64_t>(sent.submission.bytes.size()));
  EXPECT_EQ(row.party_name, "Fjord og Fjell AS");
  ASSERT_EQ(row.attachments.size(), 1U);
  EXPECT_EQ(row.attachments.front().file_name, "vedlegg.pdf");

  const auto addition = begin(sent.submission.at.id);
  const auto version = save(manager, addition, {{"mer.tekst", "Mer."}}).draft.version;
  EXPECT_EQ(found().size(), 1U) << "what is under work is nobody else's";
  (void)send(addition, version, post());
  const auto both = list();
  ASSERT_EQ(both.rows.size(), 2U);
  EXPECT_TRUE(both.rows.back().supplement);
  EXPECT_EQ(both.rows.back().at.root, sent.submission.at.id);
  EXPECT_EQ(code_of(instances->agency.allow_system(system(), firm, draft)), "error.instance.not_found");
}

TEST_P(AgencyMachine, finds_by_what_the_query_says) {
  const auto first = send_one(), second = send_one();
  const auto id = [](const Sent& sent) { return sent.submission.at.id; };
  const auto at = [](const Sent& sent) { return sent.submission.received_at; };
  const std::vector both{id(first), id(second)};
  EXPECT_EQ(found(), both);
  EXPECT_EQ(found({.apps = {guidance}}), both);
  EXPECT_TRUE(found({.apps = {{"dat", "avviksmelding"}}}).empty());
  EXPECT_TRUE(found({.apps = {{"nav", "veiledning"}}}).empty()) << "of the same name, and another agency's";
  EXPECT_EQ(found({.party = firm}), both);
  EXPECT_TRUE(found({.party = registers.organisation("Datatilsynet").id}).empty());
  EXPECT_EQ(found({.created = {.from = at(second)}}), std::vector{id(second)});
  EXPECT_EQ(found({.created = {.to = at(first)}}), std::vector{id(first)});
  EXPECT_EQ(found({.last_changed = {.from = second.submission.committed_at}}), std::vector{id(second)});
  EXPECT_EQ(found({.archive_reference = first.submission.archive_reference}), std::vector{id(first)});
  EXPECT_TRUE(found({.archive_reference = "x' OR '1' = '1"}).empty());
  EXPECT_EQ(found({.complete = true}), both);
  EXPECT_TRUE(found({.complete = false}).empty());
  EXPECT_TRUE(found({.after = "none"}).empty());

  registers.clock.advance(base::Duration::minutes(1));
  (void)confirm(first);
  EXPECT_EQ(found({.confirmed = false}), std::vector{id(second)});
  EXPECT_EQ(found({.confirmed = true}), std::vector{id(first)});
  EXPECT_EQ(found(), (std::vector{id(second), id(first)})) << "in the order of the last change";
  EXPECT_EQ(found({.last_changed = {.from = registers.clock.now()}}), std::vector{id(first)});
}

TEST_P(AgencyMachine, lists_each_once_over_its_pages) {
  std::vector<terms::InstanceId> made;
  for (int i = 0; i < 5; ++i) made.push_back(send_one().submission.at.id);
  for (const auto& confirmed : {std::optional<bool>(), std::optional(false)}) {
    StorageQuery query{.confirmed = confirmed, .size = 2};
    std::vector<terms::InstanceId> seen;
    for (int pages = 0; pages < 4; ++pages) {
      const auto page = list(query);
      EXPECT_LE(page.rows.size(), 2U);
      for (const auto& row : page.rows) seen.push_back(row.at.id);
      if (page.next.empty()) break;
      query.after = page.next;
    }
    EXPECT_EQ(seen, made);
  }
}

TEST_P(AgencyMachine, finds_the_next_page_by_an_index_and_sorts_nothing) {
  if (GetParam() != store::Engine::sqlite) return;  // PostgreSQL plans by the rows that are there
  const auto plan_of = [&](std::string_view key, std::string_view more) {
    const auto sql = fmt::format(
        "SELECT party_id, instance_id FROM submission WHERE org = ? AND app IN (?, ?){} AND {} "
        ">= ? AND ({}, party_id, instance_id) > (?, ?, ?) ORDER BY {}, party_id, instance_id "
        "LIMIT ?",
        more, key, key, key);
    return registers.temp.database().read([&](store::Tx& tx) {
      return store::testing::query_plan(tx, sql, {"dat", "veiledning", "avviksmelding", 1, 1, 1, "x", 10});
    });
  };
  const auto all = plan_of("COALESCE(confirmed_at, committed_at)", ""),
             unconfirmed = plan_of("committed_at", " AND confirmed_at IS NULL");
  EXPECT_NE(all.find("submission_by_change (org=? AND <expr>>?)"), std::string::npos) << all;
  EXPECT_NE(unconfirmed.find("submission_unconfirmed (org=? AND "), std::string::npos) << unconfirmed;
  EXPECT_EQ((all + unconfirmed).find("TEMP B-TREE"), std::string::npos) << all << unconfirmed;
}

TEST_P(AgencyMachine, each_reading_is_an_entry_that_the_sender_sees_with_the_supplier_who_acted) {
  const auto sent = send_one();
  const auto permit = allow(sent);
  (void)expect(instances->agency.describe(permit, registers.clock.now()));
  registers.clock.advance(base::Duration::seconds(1));
  const auto opened = expect(instances->agency.open_submission(permit, registers.clock.now()));
  EXPECT_EQ(opened.bytes, sent.submission.bytes);
  registers.clock.advance(base::Duration::seconds(1));
  const auto element = sent.submission.attachments.front().id;
  const auto reading = expect(instances->agency.open_attachment(permit, element, registers.clock.now()));
  std::string octets;
  EXPECT_TRUE(instances->agency.read_attachment(reading, [&](base::ByteView piece) { octets += piece; }));
  EXPECT_EQ(octets, testing::small_pdf);
  registers.clock.advance(base::Duration::seconds(1));
  (void)confirm(sent);

  const auto seen = seen_by_sender();
  ASSERT_EQ(seen.size(), 4U);
  EXPECT_EQ(seen[0].kind, ledger::EventKind::submission_confirmed);
  EXPECT_EQ(seen[1].parameters.text("element_kind"), "attachment");
  EXPECT_EQ(seen[2].parameters.text("element_kind"), "form");
  EXPECT_EQ(seen[3].parameters.text("element_kind"), "description");
  for (const auto& one : seen) {
    EXPECT_EQ(one.actor_name, "Datatilsynet");
    EXPECT_EQ(one.actor_kind, terms::ActorKind::system);
    EXPECT_EQ(one.supplier, "310000002");
    EXPECT_EQ(one.instance, sent.submission.at.id);
    EXPECT_EQ(one.parameters.text("reference"), sent.submission.archive_reference);
  }
}

TEST_P(AgencyMachine, confirms_once_however_often_it_is_said) {
  const auto sent = send_one();
  registers.clock.advance(base::Duration::hours(1));
  const auto first = registers.clock.now();
  EXPECT_EQ(confirm(sent).confirmed, first);
  registers.clock.advance(base::Duration::hours(1));
  EXPECT_EQ(confirm(sent).confirmed, first);
  EXPECT_EQ(confirm(sent).last_changed, first);
  EXPECT_EQ(seen_by_sender().size(), 1U);
}

TEST_P(AgencyMachine, gets_nothing_by_a_permit_for_something_else) {
  const auto sent = send_one();
  const auto now = registers.clock.now();
  const auto reading = allow(sent), confirming = allow(sent, Action::agency_confirm);
  EXPECT_EQ(code_of(instances->agency.confirm(reading, now)), "error.instance.not_found");
  EXPECT_EQ(code_of(instances->agency.describe(confirming, now)), "error.instance.not_found");
  EXPECT_EQ(code_of(instances->agency.open(confirming, now)), "error.instance.not_found");
  EXPECT_EQ(code_of(instances->agency.open_submission(confirming, now)), "error.instance.not_found");
  EXPECT_EQ(code_of(instances->matters.open_submission(confirming)), "error.instance.not_found")
      << "nor by the sender's own way";
  EXPECT_EQ(code_of(instances->matters.open_submission(reading)), "error.instance.not_found");
  const auto own = permit(manager, Action::read, sent.submission.at.id, "EndEvent_1");
  EXPECT_EQ(code_of(instances->agency.describe(own, now)), "error.instance.not_found");
  const auto scope = expect(access->decider().scope(manager, Action::read, std::nullopt));
  EXPECT_EQ(code_of(instances->agency.list_for_system(scope, {}, now)), "error.instance.not_found");
  EXPECT_TRUE(seen_by_sender().empty());
}

TEST_P(AgencyMachine, learns_nothing_of_what_was_sent_to_another_or_without_the_scope) {
  const auto sent = send_one();
  const auto id = sent.submission.at.id;
  auto& agency = instances->agency;
  const auto other = system({std::string(access::scope_instances_read)}, "Fjord og Fjell AS");
  EXPECT_EQ(code_of(agency.allow_system(other, firm, id)), "error.instance.not_found");
  const terms::InstanceId unknown{base::Uuid::v4(registers.random)};
  EXPECT_EQ(code_of(agency.allow_system(other, firm, unknown)), "error.instance.not_found");
  EXPECT_EQ(code_of(agency.allow_system(system({}), firm, id)), "error.token.scope");
  EXPECT_EQ(code_of(agency.allow_system(system({std::string(access::scope_instances_read)}), firm, id,
                                        Action::agency_confirm)),
            "error.token.scope");
}

// A system's budget is the interface's: what one person may cause in an hour is no measure of it.
TEST_P(AgencyMachine, spends_of_no_persons_budget) {
  const auto sent = send_one();
  store::QuotaLimits limits;
  limits.entries = 1;
  instances = make_instances({registers.temp.database(), vault.vault(), *log, access->decider(), *registers.registry,
                              apps, *scanner, inspector, registers.clock, registers.random, store::Quotas(limits)});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(instances->agency.describe(allow(sent), registers.clock.now()));
  const auto permit = agency_permit(sent.submission.at.id);
  EXPECT_TRUE(instances->agency.open_submission(permit, registers.clock.now()));
  EXPECT_EQ(code_of(instances->agency.open_submission(permit, registers.clock.now())), "error.quota.entries");
}

class UrgentNotices : public testing::OwnForm {
 protected:
  UrgentNotices() {
    testing::put_into(files.path() / "services/dat/veiledning/config/alting.json", R"("agency": {)",
                      R"("urgent": ["equals", ["dataModel", "sporsmal.emne"], "Haster"], )");
    urgent.emplace(files.path() / "services", false);
    for (const auto& fault : urgent->faults())
      ADD_FAILURE() << fault.file << ":" << fault.line << ": " << fault.message;
    instances = make_instances({registers.temp.database(), vault.vault(), *log, access->decider(), *registers.registry,
                                *urgent, *scanner, inspector, registers.clock, registers.random});
  }
  ~UrgentNotices() override { instances.reset(); }

  Sent send_about(const std::string& subject) {
    registers.clock.advance(base::Duration::minutes(1));
    const auto id = begin();
    (void)fill(id);
    return send(id, type(id, {{"sporsmal.emne", subject}}).version, post());
  }
  Sent add(const Sent& notice, const forms::NamesAndTexts& fields) {
    registers.clock.advance(base::Duration::minutes(1));
    const auto addition = begin(notice.submission.at.id);
    return send(addition, type(addition, fields).version, post());
  }
  AgencySummary row_of(const Sent& notice) {
    const auto scope = expect(access->decider().agency_scope(caseworker, "dat"));
    for (auto& row : expect(instances->agency.list(scope, {}, Language::nb, registers.clock.now())).rows)
      if (row.at.id == notice.submission.at.id) return row;
    throw std::runtime_error("no such row");
  }
  // Of the message that tells that this was sent.
  bool told_as_urgent(const Sent& sent) {
    const auto row = registers.temp.database().read([&](store::Tx& tx) {
      return tx.query_one(
          "SELECT payload FROM outbox WHERE topic = 'app.instance.process.completed' AND payload LIKE ?",
          {"%" + sent.submission.at.id.text() + "%"});
    });
    return base::Json::parse(store::read_one<std::string>(row.value())).value()["urgent"].bool_or(false);
  }

  std::optional<forms::AppCatalogue> urgent;
};
INSTANTIATE_TEST_SUITE_P(Engines, UrgentNotices, store::testing::engines(), store::testing::engine_name);

TEST_P(UrgentNotices, are_marked_until_and_after_somebody_has_opened_them) {
  const auto calm = send_about("Innsyn"), hurry = send_about("Haster");
  EXPECT_FALSE(row_of(calm).high_risk);
  EXPECT_TRUE(row_of(calm).unopened);
  EXPECT_TRUE(row_of(hurry).high_risk);
  EXPECT_TRUE(row_of(hurry).unopened);
  (void)expect(instances->agency.open(agency_permit(hurry.submission.at.id), registers.clock.now()));
  EXPECT_TRUE(row_of(hurry).high_risk);
  EXPECT_FALSE(row_of(hurry).unopened);
  EXPECT_TRUE(row_of(calm).unopened);
  const auto more = add(hurry, {{"mer.tekst", "Mer."}});
  EXPECT_TRUE(row_of(hurry).unopened) << "what came since";
  (void)expect(instances->agency.open_submission(agency_permit(more.submission.at.id), registers.clock.now()));
  EXPECT_FALSE(row_of(hurry).unopened);
}

TEST_P(UrgentNotices, are_told_of_as_such_in_the_transaction_that_sends_them) {
  const auto calm = send_about("Innsyn"), hurry = send_about("Haster");
  EXPECT_FALSE(told_as_urgent(calm));
  EXPECT_TRUE(told_as_urgent(hurry));
  const auto becomes = add(calm, {{"mer.tekst", "Det haster."}, {"sporsmal.emne", "Haster"}});
  EXPECT_TRUE(told_as_urgent(becomes)) << "by what the notice says with the addition";
  EXPECT_TRUE(row_of(calm).high_risk);
}

}  // namespace
}  // namespace alting::instances
