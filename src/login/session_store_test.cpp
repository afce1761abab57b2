#include "login/session_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "access/migrations.h"
#include "ledger/event_kinds.h"
#include "login/migrations.h"
#include "login/room_catalogue.h"
#include "login/testing/doubles.h"
#include "store/failpoint.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/retention_jobs.h"
#include "store/row_reader.h"
#include "store/testing/temp_database.h"

namespace alting::login {
namespace {

using base::Duration;
using ledger::EventKind;
using terms::AssuranceLevel;

class SessionStoreTest : public ::testing::TestWithParam<store::Engine> {
 protected:
  SessionStoreTest() {
    store::migrate(temp.database(), clock, {store::migrations(), access::migrations(), login::migrations()});
  }

  NewSession kari(AssuranceLevel level = AssuranceLevel::substantial) {
    NewSession wanted;
    wanted.actor.party = {51};
    wanted.actor.party_uuid = {uuid};
    wanted.actor.user_id = 1051;
    wanted.actor.name = "KARI NORDMANN";
    wanted.actor.level = level;
    wanted.actor.method = "BankID";
    wanted.issuer = "https://idporten.no";
    wanted.issuer_session = "sid-1";
    wanted.id_token = "header.claims.signature";
    wanted.logged_in_at = clock.now() - Duration::minutes(40);
    return wanted;
  }
  NewSession ola() {
    auto wanted = kari();
    wanted.actor.user_id = 1052;
    wanted.actor.party = {52};
    wanted.actor.name = "OLA NORDMANN";
    return wanted;
  }
  // An organisation by one of its certificates, which is in force.
  NewSession organisation(std::int64_t party, const std::string& certificate) {
    NewSession wanted;
    wanted.actor.kind = terms::ActorKind::organisation;
    wanted.actor.party = {party};
    wanted.actor.party_uuid = {base::Uuid::v4(random)};
    wanted.actor.name = "FJORD OG FJELL AS";
    wanted.actor.level = AssuranceLevel::substantial;
    wanted.actor.method = "Virksomhetssertifikat";
    wanted.actor.credential = "certificate:" + certificate;
    wanted.issuer = "CN=Buypass";
    const auto written = temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run(
          "INSERT INTO access_certificate (id, party, serial, issuer_name, fingerprint, not_after, first_used, "
          "last_used) VALUES (?, ?, '01', 'CN=Buypass', ?, ?, ?, ?) ON CONFLICT (party, id) DO NOTHING",
          {certificate, party, certificate, clock.now() + Duration::days(30), clock.now(), clock.now()});
      return {};
    });
    EXPECT_TRUE(written);
    return wanted;
  }
  void end_certificate(const std::string& certificate) {
    const auto written = temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run("UPDATE access_certificate SET ended_at = ? WHERE id = ?", {clock.now(), certificate});
      return {};
    });
    ASSERT_TRUE(written);
  }
  web::Request with(const std::string& id) {
    const auto line = cookies.write(web::CookieKind::session, id);
    web::Request request;
    request.headers = {{"cookie", line.substr(0, line.find(';'))}};
    return request;
  }
  std::vector<EventKind> logged() {
    std::vector<EventKind> kinds;
    for (const auto& entry : ledger.entries) kinds.push_back(entry.kind);
    return kinds;
  }
  std::string reason(std::size_t entry) { return std::string(ledger.entries.at(entry).parameters.text("reason")); }

  store::testing::TempDatabase temp{GetParam()};
  base::ManualClock clock{{1'795'000'000'000'000}};
  base::SeededRandom random{7};
  base::Uuid uuid = base::Uuid::v4(random);
  testing::RememberingLedger ledger;
  web::Cookies cookies{std::string(32, 'k'), true, random};
  SessionStore sessions{temp.database(), ledger, cookies, clock, random};
};
INSTANTIATE_TEST_SUITE_P(Engines, SessionStoreTest, store::testing::engines(), store::testing::engine_name);

TEST_P(SessionStoreTest, finds_who_is_logged_in_by_the_cookie_alone) {
  const auto id = sessions.open(kari(), {});
  EXPECT_EQ(base::from_base64url(id)->size(), 32U);
  const auto session = sessions.find(with(id));
  ASSERT_TRUE(session);
  EXPECT_EQ(session->actor.name, "KARI NORDMANN");
  EXPECT_EQ(session->actor.user_id, 1051);
  EXPECT_EQ(session->actor.party, terms::PartyId{51});
  EXPECT_EQ(session->actor.party_uuid.uuid, uuid);
  EXPECT_EQ(session->actor.level, AssuranceLevel::substantial);
  EXPECT_EQ(session->actor.method, "BankID");
  EXPECT_EQ(session->actor.session, session->reference);
  EXPECT_EQ(session->logged_in_at, clock.now() - Duration::minutes(40)) << "the issuer knew them from before";
  EXPECT_EQ(logged(), std::vector{EventKind::session_opened});
  EXPECT_EQ(ledger.entries[0].parameters.text("issuer"), "https://idporten.no");
}

TEST_P(SessionStoreTest, finds_nobody_for_a_cookie_that_is_not_of_a_session) {
  (void)sessions.open(kari(), {});
  EXPECT_FALSE(sessions.find({}));
  for (const std::string& bad :
       {std::string(), std::string("x"), std::string("AAAA"), base::to_base64url(std::string(32, 'a'))})
    EXPECT_FALSE(sessions.find(with(bad))) << bad;
}

TEST_P(SessionStoreTest, keeps_neither_the_id_nor_the_issuers_token_readable) {
  const auto id = sessions.open(kari(), {});
  const auto row = temp.database().read([](store::Tx& tx) {
    return *tx.query_one("SELECT id_hash, reference, issuer_session_hash, id_token FROM login_session");
  });
  const auto raw = *base::from_base64url(id);
  for (store::RowReader from(row); !from.at_end();) {
    const auto stored = from.next<std::string>();
    EXPECT_EQ(stored.find(id), std::string::npos);
    EXPECT_EQ(stored.find(raw), std::string::npos);
    EXPECT_EQ(stored.find("claims"), std::string::npos);
    EXPECT_EQ(stored.find("sid-1"), std::string::npos);
  }
}

TEST_P(SessionStoreTest, ends_after_half_an_hour_of_rest_and_says_so_in_the_log_once) {
  const auto id = sessions.open(kari(), {});
  clock.advance(Duration::minutes(29));
  EXPECT_TRUE(sessions.find(with(id)));
  clock.advance(Duration::minutes(29));
  EXPECT_TRUE(sessions.find(with(id)));
  clock.advance(Duration::minutes(30));
  EXPECT_FALSE(sessions.find(with(id)));
  EXPECT_FALSE(sessions.find(with(id)));
  EXPECT_EQ(logged(), (std::vector{EventKind::session_opened, EventKind::session_closed}));
  EXPECT_EQ(reason(1), "idle");
}

TEST_P(SessionStoreTest, is_not_ended_by_what_is_kept_in_memory_when_its_row_knows_of_a_later_visit) {
  const auto id = sessions.open(kari(), {});
  EXPECT_TRUE(sessions.find(with(id)));
  clock.advance(Duration::minutes(20));
  const auto touched = temp.database().write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE login_session SET last_seen_at = ?", {clock.now()});
    return {};
  });
  ASSERT_TRUE(touched);
  clock.advance(Duration::minutes(20));
  EXPECT_TRUE(sessions.find(with(id)));
  EXPECT_EQ(logged(), std::vector{EventKind::session_opened});
  clock.advance(Duration::minutes(30));
  EXPECT_FALSE(sessions.find(with(id)));
  EXPECT_EQ(reason(1), "idle");
}

// Between reading the session and ending it another process sees its owner come back.
TEST_P(SessionStoreTest, that_is_used_while_its_end_is_made_ready_goes_on_or_ends_for_what_is_then_the_reason) {
  const auto id = sessions.open(kari(), {});
  const auto used_meanwhile = [&] {
    const auto touched = temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run("UPDATE login_session SET last_seen_at = ?", {clock.now()});
      return {};
    });
    ASSERT_TRUE(touched);
  };
  clock.advance(Duration::minutes(31));
  ledger.on_prepare = used_meanwhile;
  EXPECT_EQ(close_overdue(temp.database(), ledger, clock.now()), 0);
  EXPECT_EQ(logged(), std::vector{EventKind::session_opened});
  clock.advance(Duration::minutes(31));
  ledger.on_prepare = used_meanwhile;
  sessions.close(with(id));
  EXPECT_FALSE(sessions.find(with(id)));
  EXPECT_EQ(logged(), (std::vector{EventKind::session_opened, EventKind::session_closed}));
  EXPECT_EQ(reason(1), "user");
}

// The one a login ends is used again each time its end has been made ready: the worker does not try for ever.
TEST_P(SessionStoreTest, a_login_that_loses_every_race_gives_up_and_changes_nothing) {
  const auto before = sessions.open(ola(), {});
  int touches = 0;
  std::function<void()> touch = [&] {
    ledger.on_prepare = touch;
    ASSERT_TRUE(temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run("UPDATE login_session SET last_seen_at = ?", {clock.now() + Duration::seconds(++touches)});
      return {};
    }));
  };
  ledger.on_prepare = touch;
  EXPECT_THROW((void)sessions.open(kari(), with(before)), store::DatabaseError);
  ledger.on_prepare = nullptr;
  EXPECT_LE(touches, 20);
  EXPECT_EQ(logged(), std::vector{EventKind::session_opened});
  EXPECT_TRUE(sessions.find(with(before)));
  EXPECT_TRUE(sessions.find(with(sessions.open(kari(), with(before)))));
}

TEST_P(SessionStoreTest, ends_after_eight_hours_whatever_one_does) {
  const auto id = sessions.open(kari(), {});
  for (int minutes = 0; minutes < 8 * 60 - 20; minutes += 20) {
    clock.advance(Duration::minutes(20));
    EXPECT_TRUE(sessions.find(with(id)));
  }
  clock.advance(Duration::minutes(20));
  EXPECT_FALSE(sessions.find(with(id)));
  EXPECT_EQ(reason(1), "absolute");
}

TEST_P(SessionStoreTest, that_nobody_came_back_to_ends_in_the_log_before_it_is_forgotten) {
  const auto left = sessions.open(kari(), {});
  clock.advance(Duration::minutes(20));
  const auto used = sessions.open(ola(), {});
  clock.advance(Duration::minutes(15));
  EXPECT_EQ(close_overdue(temp.database(), ledger, clock.now()), 1);
  EXPECT_EQ(close_overdue(temp.database(), ledger, clock.now()), 0);
  EXPECT_EQ(logged(), (std::vector{EventKind::session_opened, EventKind::session_opened, EventKind::session_closed}));
  EXPECT_EQ(reason(2), "idle");
  EXPECT_EQ(ledger.entries[2].actor.name, "KARI NORDMANN");
  EXPECT_FALSE(sessions.find(with(left)));
  EXPECT_TRUE(sessions.find(with(used)));
  const store::Catalogue catalogue({&room_catalogue()});
  const auto forget = [&] {
    return store::end_rows(temp.database(), catalogue.table("login_session"), catalogue.rule("login.session"),
                           clock.now());
  };
  EXPECT_EQ(forget(), 0) << "a day has not passed";
  clock.advance(Duration::days(3));
  (void)sessions.open(kari(), {});
  EXPECT_EQ(forget(), 1);
  const auto rows = [&] {
    return temp.database().read(
        [](store::Tx& tx) { return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM login_session"); });
  };
  EXPECT_EQ(rows(), 2) << "the one that was closed is forgotten, the other's end is not said yet";
  EXPECT_EQ(close_overdue(temp.database(), ledger, clock.now()), 1);
  EXPECT_EQ(reason(4), "absolute");
  clock.advance(Duration::days(1));
  clock.advance(Duration::seconds(1));
  EXPECT_EQ(forget(), 1);
  EXPECT_EQ(rows(), 1);
}

TEST_P(SessionStoreTest, gets_a_new_id_on_stepping_up_and_the_old_one_is_dead) {
  const auto low = sessions.open(kari(), {});
  const auto high = sessions.open(kari(AssuranceLevel::high), with(low));
  EXPECT_NE(low, high);
  EXPECT_FALSE(sessions.find(with(low)));
  EXPECT_EQ(sessions.find(with(high))->actor.level, AssuranceLevel::high);
  EXPECT_EQ(logged(), (std::vector{EventKind::session_opened, EventKind::session_stepped_up}));
}

TEST_P(SessionStoreTest, of_another_person_in_the_same_browser_ends_the_first) {
  const auto first = sessions.open(kari(), {});
  const auto second = sessions.open(ola(), with(first));
  EXPECT_FALSE(sessions.find(with(first)));
  EXPECT_EQ(sessions.find(with(second))->actor.name, "OLA NORDMANN");
  EXPECT_EQ(logged(), (std::vector{EventKind::session_opened, EventKind::session_closed, EventKind::session_opened}));
  EXPECT_EQ(ledger.entries[1].actor.user_id, 1051);
}

TEST_P(SessionStoreTest, ends_here_or_everywhere) {
  const auto here = sessions.open(kari(), {}), there = sessions.open(kari(), {}), other = sessions.open(ola(), {});
  sessions.close(with(here));
  sessions.close(with(here));
  EXPECT_FALSE(sessions.find(with(here)));
  const auto session = sessions.find(with(there));
  ASSERT_TRUE(session);
  sessions.close_all(session->actor, clock.now());
  EXPECT_FALSE(sessions.find(with(there)));
  EXPECT_TRUE(sessions.find(with(other)));
  EXPECT_EQ(logged().size(), 5U);
  EXPECT_EQ(reason(3), "user");
  EXPECT_EQ(reason(4), "everywhere");
}

TEST_P(SessionStoreTest, ends_when_the_issuer_says_so_by_its_own_session) {
  const auto id = sessions.open(kari(), {});
  EXPECT_EQ(sessions.close_by_issuer("https://idporten.no", "sid-2", clock.now()), 0);
  EXPECT_EQ(sessions.close_by_issuer("https://other.example", "sid-1", clock.now()), 0);
  EXPECT_EQ(sessions.close_by_issuer("https://idporten.no", "", clock.now()), 0);
  EXPECT_TRUE(sessions.find(with(id)));
  EXPECT_EQ(sessions.close_by_issuer("https://idporten.no", "sid-1", clock.now()), 1);
  EXPECT_FALSE(sessions.find(with(id)));
  EXPECT_EQ(reason(1), "issuer");
}

TEST_P(SessionStoreTest, ends_when_the_operator_says_so_one_a_persons_or_all) {
  const auto first = sessions.open(kari(), {}), second = sessions.open(kari(), {}), other = sessions.open(ola(), {});
  const auto open = open_sessions(temp.database(), clock.now(), 10);
  ASSERT_EQ(open.size(), 3U);
  EXPECT_EQ(open_sessions(temp.database(), clock.now(), 2).size(), 2U);
  EXPECT_EQ(open[0].level, AssuranceLevel::substantial);

  const auto reference = sessions.find(with(first))->reference;
  EXPECT_EQ(sessions.end({.reference = "none such"}), 0);
  EXPECT_EQ(sessions.end({.reference = reference}), 1);
  EXPECT_FALSE(sessions.find(with(first)));
  EXPECT_TRUE(sessions.find(with(second)));
  EXPECT_EQ(reason(3), "operator");

  EXPECT_EQ(sessions.end({.party = terms::PartyUuid{uuid}}), 2) << "this town's two have one UUID";
  EXPECT_FALSE(sessions.find(with(second)));
  EXPECT_FALSE(sessions.find(with(other)));
  (void)sessions.open(kari(), {});
  EXPECT_EQ(sessions.end({}), 1);
  EXPECT_TRUE(open_sessions(temp.database(), clock.now(), 10).empty());
}

TEST_P(SessionStoreTest, that_may_have_been_closed_is_not_believed_from_memory) {
  const auto id = sessions.open(kari(), {});
  ASSERT_TRUE(sessions.find(with(id)));
  store::failpoint::arm(GetParam() == store::Engine::sqlite ? "sqlite.committed" : "postgresql.committed",
                        store::failpoint::Action::error);
  EXPECT_THROW(sessions.close(with(id)), store::DatabaseError);
  store::failpoint::disarm();
  const bool open = !open_sessions(temp.database(), clock.now(), 10).empty();
  EXPECT_EQ(sessions.find(with(id)).has_value(), open);
}

TEST_P(SessionStoreTest, gives_the_issuers_token_back_once_and_only_after_logging_out) {
  const auto id = sessions.open(kari(), {});
  EXPECT_FALSE(sessions.take_id_token(with(id)));
  sessions.close(with(id));
  EXPECT_EQ(sessions.take_id_token(with(id)), "header.claims.signature");
  EXPECT_FALSE(sessions.take_id_token(with(id)));
}

TEST_P(SessionStoreTest, shows_the_persons_own_devices) {
  const auto first = sessions.open(kari(), {});
  clock.advance(Duration::minutes(5));
  const auto second = sessions.open(kari(), {});
  (void)sessions.open(ola(), {});
  const auto devices = sessions.devices(*sessions.find(with(second)));
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_TRUE(devices[0].current);
  EXPECT_FALSE(devices[1].current);
  EXPECT_EQ(devices[1].reference, sessions.find(with(first))->reference);
}

TEST_P(SessionStoreTest, one_of_the_persons_own_ends_by_itself_and_nobody_elses_does) {
  web::Request on_phone;
  on_phone.headers = {{"user-agent", "Mozilla/5.0 (Linux; Android 10; K) Chrome/126.0.0.0 Mobile Safari/537.36"}};
  const auto phone = sessions.open(kari(), on_phone), desk = sessions.open(kari(), {});
  const auto others = sessions.open(ola(), {});
  const auto me = *sessions.find(with(desk));
  const auto of_phone = sessions.find(with(phone))->reference;
  const auto devices = sessions.devices(me);
  const auto listed = std::find_if(devices.begin(), devices.end(), [&](const auto& one) { return !one.current; });
  ASSERT_NE(listed, devices.end());
  EXPECT_EQ(listed->browser + " " + listed->system, "Chrome Android");

  EXPECT_FALSE(sessions.close_one(me.actor, sessions.find(with(others))->reference, clock.now()));
  EXPECT_FALSE(sessions.close_one(me.actor, "nothing", clock.now()));
  EXPECT_TRUE(sessions.close_one(me.actor, of_phone, clock.now()));
  EXPECT_FALSE(sessions.find(with(phone)));
  EXPECT_TRUE(sessions.find(with(desk)));
  EXPECT_TRUE(sessions.find(with(others)));
  EXPECT_EQ(logged().back(), EventKind::session_closed);
  EXPECT_EQ(ledger.entries.back().parameters.text("session"), of_phone);
  EXPECT_FALSE(sessions.close_one(me.actor, of_phone, clock.now()));
}

TEST_P(SessionStoreTest, lasts_as_long_as_the_operator_has_set) {
  SessionStore strict(temp.database(), ledger, cookies, clock, random, {Duration::minutes(10), Duration::hours(1)});
  const auto idle = strict.open(kari(), {}), used = strict.open(kari(), {});
  EXPECT_EQ(strict.find(with(used))->idle_ends, clock.now() + Duration::minutes(10));
  clock.advance(Duration::minutes(9));
  EXPECT_TRUE(strict.find(with(used)));
  clock.advance(Duration::minutes(1));
  EXPECT_FALSE(strict.find(with(idle)));
  for (int i = 0; i < 9; ++i) {
    EXPECT_TRUE(strict.find(with(used))) << i;
    clock.advance(Duration::minutes(6));
  }
  EXPECT_FALSE(strict.find(with(used)));
}

TEST_P(SessionStoreTest, gives_way_to_newer_ones_beyond_the_limit_of_a_person) {
  SessionStore few(temp.database(), ledger, cookies, clock, random, {Duration::minutes(30), Duration::hours(8), 2});
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    ids.push_back(few.open(kari(), {}));
    clock.advance(Duration::seconds(1));
  }
  EXPECT_FALSE(few.find(with(ids[0])));
  EXPECT_TRUE(few.find(with(ids[1])));
  EXPECT_TRUE(few.find(with(ids[2])));
}

TEST_P(SessionStoreTest, never_outlives_its_closing_however_many_look_at_it) {
  for (int round = 0; round < 20; ++round) {
    const auto id = sessions.open(kari(), {});
    const auto request = with(id);
    std::atomic<bool> closed{false}, stop{false};
    std::atomic<int> after{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i) {
      readers.emplace_back([&] {
        while (!stop) {
          const bool was_closed = closed;
          if (sessions.find(request) && was_closed) ++after;
        }
      });
    }
    sessions.close(request);
    closed = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    stop = true;
    for (auto& reader : readers) reader.join();
    EXPECT_EQ(after, 0);
    EXPECT_FALSE(sessions.find(request));
  }
}

TEST_P(SessionStoreTest, leaves_the_database_a_day_after_its_end) {
  (void)sessions.open(kari(), {});
  clock.advance(Duration::hours(9));
  (void)close_overdue(temp.database(), ledger, clock.now());
  const store::Catalogue catalogue({&room_catalogue()});
  const auto forget = [&] {
    return store::end_rows(temp.database(), catalogue.table("login_session"), catalogue.rule("login.session"),
                           clock.now());
  };
  clock.advance(Duration::hours(24));
  EXPECT_EQ(forget(), 0);
  clock.advance(Duration::seconds(1));
  (void)sessions.open(ola(), {});
  EXPECT_EQ(forget(), 1);
  const auto rows = temp.database().read([](store::Tx& tx) { return tx.query("SELECT name FROM login_session"); });
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(store::read_one<std::string>(rows[0]), "OLA NORDMANN");
}

TEST_P(SessionStoreTest, finds_an_organisation_by_its_certificate_and_no_person) {
  const auto id = sessions.open(organisation(7, "c1"), {});
  const auto session = sessions.find(with(id));
  ASSERT_TRUE(session);
  EXPECT_EQ(session->actor.kind, terms::ActorKind::organisation);
  EXPECT_EQ(session->actor.credential, "certificate:c1");
  EXPECT_EQ(session->actor.party, terms::PartyId{7});
  EXPECT_EQ(session->actor.user_id, 0);
  EXPECT_FALSE(sessions.has_id_token(with(id)));
  const auto person = sessions.open(kari(), {});
  EXPECT_EQ(sessions.find(with(person))->actor.kind, terms::ActorKind::person);
  EXPECT_EQ(sessions.find(with(person))->actor.credential, "");
}

// They know ids of 32 octets only, and would take an organisation for a person who acts for itself.
TEST_P(SessionStoreTest, gives_an_organisation_an_id_that_releases_of_before_do_not_take) {
  EXPECT_EQ(base::from_base64url(sessions.open(kari(), {})).value().size(), 32U);
  EXPECT_NE(base::from_base64url(sessions.open(organisation(7, "c1"), {})).value().size(), 32U);
}

TEST_P(SessionStoreTest, ends_an_organisations_session_at_the_next_request_once_its_certificate_is_ended) {
  const auto one = sessions.open(organisation(7, "c1"), {}), other = sessions.open(organisation(7, "c2"), {});
  ASSERT_TRUE(sessions.find(with(one)));  // remembered
  end_certificate("c1");
  EXPECT_FALSE(sessions.find(with(one)));
  EXPECT_EQ(logged().back(), EventKind::session_closed);
  EXPECT_EQ(reason(ledger.entries.size() - 1), "certificate");
  EXPECT_TRUE(sessions.find(with(other)));
}

TEST_P(SessionStoreTest, ends_with_the_last_moment_of_the_certificate) {
  SessionStore lasting{temp.database(), ledger, cookies,
                       clock,           random, {.idle = Duration::days(60), .absolute = Duration::days(90)}};
  const auto id = lasting.open(organisation(7, "c1"), {});
  clock.advance(Duration::days(30));
  EXPECT_TRUE(lasting.find(with(id)));
  clock.advance(Duration::seconds(1));
  EXPECT_FALSE(lasting.find(with(id)));
}

TEST_P(SessionStoreTest, keeps_organisations_apart_though_none_has_a_user) {
  const auto mine = sessions.open(organisation(7, "c1"), {}), second = sessions.open(organisation(7, "c2"), {});
  const auto other = sessions.open(organisation(8, "c3"), {}), person = sessions.open(kari(), {});
  const auto session = *sessions.find(with(mine));
  EXPECT_EQ(sessions.devices(session).size(), 1U);
  EXPECT_FALSE(sessions.close_one(session.actor, sessions.find(with(other))->reference, clock.now()));
  EXPECT_FALSE(sessions.close_one(session.actor, sessions.find(with(second))->reference, clock.now()))
      << "who has one certificate does not log out the other's";
  sessions.close_all(session.actor, clock.now());
  EXPECT_FALSE(sessions.find(with(mine)));
  EXPECT_TRUE(sessions.find(with(second)));
  EXPECT_TRUE(sessions.find(with(other)));
  EXPECT_TRUE(sessions.find(with(person)));
  EXPECT_NE(sessions.holder_of(with(second)), sessions.holder_of(with(other)));
  EXPECT_EQ(sessions.holder_of({}), "");
}

TEST_P(SessionStoreTest, does_not_step_up_from_a_person_to_an_organisation) {
  const auto person = sessions.open(kari(), {});
  const auto id = sessions.open(organisation(7, "c1"), with(person));
  EXPECT_FALSE(sessions.find(with(person)));
  EXPECT_EQ(logged(), (std::vector{EventKind::session_opened, EventKind::session_closed, EventKind::session_opened}));
  (void)sessions.open(organisation(8, "c2"), with(id));
  EXPECT_EQ(logged().back(), EventKind::session_opened) << "another organisation is no step up either";
}

TEST_P(SessionStoreTest, lets_an_organisation_have_so_many_sessions_with_all_its_certificates) {
  SessionStore two{temp.database(), ledger, cookies, clock, random, {.per_person = 2}};
  const auto first = two.open(organisation(7, "c1"), {});
  clock.advance(Duration::seconds(1));
  const auto of_other = two.open(organisation(8, "c3"), {});
  const auto second = two.open(organisation(7, "c2"), {});
  clock.advance(Duration::seconds(1));
  const auto third = two.open(organisation(7, "c1"), {});
  EXPECT_FALSE(two.find(with(first)));
  EXPECT_TRUE(two.find(with(second)));
  EXPECT_TRUE(two.find(with(third)));
  EXPECT_TRUE(two.find(with(of_other)));
}

TEST_P(SessionStoreTest, tells_an_operator_of_organisations_and_ends_theirs) {
  const auto wanted = organisation(7, "c1");
  const auto id = sessions.open(wanted, {});
  const auto open = open_sessions(temp.database(), clock.now(), 10);
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].kind, terms::ActorKind::organisation);
  EXPECT_EQ(sessions.end({.party = wanted.actor.party_uuid}), 1);
  EXPECT_FALSE(sessions.find(with(id)));
}

}  // namespace
}  // namespace alting::login
