// For tests: notices to the test population, whose registers answer, and a relay that says what it is told to say.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <mutex>

#include "inbox/make_messages.h"
#include "inbox/migrations.h"
#include "instances/testing/instances_fixture.h"
#include "notify/background.h"
#include "notify/make_notify.h"
#include "notify/migrations.h"
#include "parties/contact_points.h"
#include "parties/testing/told_krr.h"
#include "store/failpoint.h"
#include "store/migrate.h"

namespace alting::notify::testing {

using instances::testing::expect;

// Takes all, until it is told otherwise: each answer that is said is given once, in their order.
class Relay {
 public:
  net::MailAnswer send(const net::Mail& mail) {
    if (const auto happens = take_meanwhile()) happens(mail);
    const std::lock_guard lock(mutex_);
    sent_.push_back(mail);
    if (answers_.empty()) return {net::MailOutcome::accepted, "2.0.0", "Ok: queued"};
    auto answer = answers_.front();
    answers_.pop_front();
    return answer;
  }
  void say(net::MailOutcome outcome, std::string code, int times = 1) {
    const std::lock_guard lock(mutex_);
    for (int i = 0; i < times; ++i) answers_.push_back({outcome, code, "as told"});
  }
  std::vector<net::Mail> sent() {
    const std::lock_guard lock(mutex_);
    return sent_;
  }
  std::function<void(const net::Mail&)> meanwhile;  // while the next one is being sent

 private:
  std::function<void(const net::Mail&)> take_meanwhile() {
    const std::lock_guard lock(mutex_);
    return std::exchange(meanwhile, {});
  }
  std::mutex mutex_;
  std::vector<net::Mail> sent_;
  std::deque<net::MailAnswer> answers_;
};
class OneOfRelay final : public net::MailRelay {
 public:
  explicit OneOfRelay(Relay& relay) : relay_(relay) {}
  net::MailAnswer send(const net::Mail& mail) override { return relay_.send(mail); }

 private:
  Relay& relay_;
};

// What lies in the mailbox of bounces.
struct Letters {
  std::vector<net::FetchedMail> mails;
  void put(std::string text) { mails.push_back({next++, std::move(text)}); }
  std::uint32_t next = 1;
};
class OneOfMailbox final : public net::Mailbox {
 public:
  explicit OneOfMailbox(Letters& letters) : letters_(letters) {}
  base::Result<std::vector<net::FetchedMail>> fetch(int) override { return letters_.mails; }
  base::Status remove(const std::vector<std::uint32_t>& uids) override {
    std::erase_if(letters_.mails,
                  [&](const net::FetchedMail& mail) { return std::ranges::find(uids, mail.uid) != uids.end(); });
    return {};
  }

 private:
  Letters& letters_;
};

class NotifyFixture : public instances::testing::InstancesFixture {
 protected:
  NotifyFixture() {
    store::migrate(registers.temp.database(), registers.clock, {inbox::migrations(), migrations()});
    contacts = make_contacts(database());
    notify = make_process(database());
  }
  ~NotifyFixture() override { store::failpoint::disarm(); }

  store::Database& database() { return registers.temp.database(); }
  std::unique_ptr<parties::ContactPoints> make_contacts(store::Database& over) {
    return parties::make_contact_points(
        {over, registers.clock, registers.random, registers.numbers, *registers.registry, krr, *organisations, *log,
         [this](store::Tx& tx, const terms::Permit& permit) { return access->decider().recheck(tx, permit); }});
  }
  NotifyNeeds needs_of(store::Database& over) {
    return {.database = over,
            .vault = vault.vault(),
            .ledger = *log,
            .decider = access->decider(),
            .parties = *registers.registry,
            .contacts = *contacts,
            .apps = apps,
            .clock = registers.clock,
            .random = registers.random,
            .metrics = metrics,
            .bounce_secret = crypto::SecretBytes(std::string(32, 'b')),
            .public_url = "https://portal.example",
            .mode = terms::Mode::test};
  }
  std::unique_ptr<Notify> make_process(store::Database& over, NotifyOptions options = {}) {
    auto needs = needs_of(over);
    needs.options = options;
    needs.relay = std::make_unique<OneOfRelay>(relay);
    needs.mailbox = std::make_unique<OneOfMailbox>(letters);
    return expect(make_notify(std::move(needs)));
  }

  NewOrder an_order(terms::PartyId recipient) {
    NewOrder order;
    order.template_name = "message";
    order.recipient = recipient;
    order.service = terms::AppId{"dat", "brev"};
    order.fields = {{"agency", "Datatilsynet"}};
    order.cause = "test:" + base::Uuid::v4(registers.random).text();
    order.due = registers.clock.now();
    return order;
  }
  base::Status try_to_place(const NewOrder& order) {
    const auto id = base::Uuid::v7(registers.random, registers.clock.now()).text();
    return database().write([&](store::Tx& tx) { return notify->orders.place(tx, order, id); });
  }
  // Its cause, by which it is found again.
  std::string place(const NewOrder& order) {
    const auto placed = try_to_place(order);
    if (!placed) throw std::runtime_error(placed.error().code);
    registers.clock.advance(base::Duration::milliseconds(1));
    return order.cause;
  }
  NoticeState state(const std::string& cause) { return notify->orders.states({cause}).at(cause); }
  int deliver() { return notify->deliverer.deliver_due(); }
  void pass_time(base::Duration time) { registers.clock.advance(time); }
  // A verified address of an organisation, added by this person for themself.
  void add_own(const terms::Actor& actor, terms::PartyId organisation, const std::string& address) {
    add_own(expect(access->decider().decide(actor, terms::Action::represent, {.party = organisation})), address);
  }
  // The same, added by one of Datatilsynet's staff.
  void add_own_as_staff(const terms::Actor& actor, const std::string& address) {
    add_own(expect(access->decider().decide_agency(actor, "dat", {.party = {}, .app = guidance},
                                                   terms::Action::agency_follow)),
            address);
  }
  void add_own(const terms::Permit& represents, const std::string& address) {
    parties::NewOwnAddress added;
    added.kind = "email";
    added.value = address;
    const auto id = expect(contacts->add_own(represents, added, registers.clock.now(), post()));
    const auto code_id = database().read([&](store::Tx& tx) {
      return store::read_one<std::string>(tx, "SELECT id FROM own_address_code WHERE address = ?", {id});
    });
    const auto code = contacts->code_to_send(code_id);
    if (!code) throw std::runtime_error("no code");
    if (const auto verified = contacts->verify(represents, id, code->code, registers.clock.now(), post()); !verified)
      throw std::runtime_error(verified.error().code);
  }
  std::int64_t logged(std::string_view kind, terms::PartyId party) {
    log->flush();
    return database().read([&](store::Tx& tx) {
      return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM ledger_activity WHERE party = ? AND kind = ?",
                                           {party, kind});
    });
  }
  // A report of another server on this mail.
  static std::string report_on(const net::Mail& mail, std::string_view action = "failed",
                               std::string_view status = "5.1.1") {
    return "From: MAILER-DAEMON@mx.example\r\nTo: " + mail.return_path +
           "\r\nSubject: Undelivered Mail\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; "
           "report-type=delivery-status; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--b\r\n"
           "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: "
           "rfc822; " +
           mail.to + "\r\nAction: " + std::string(action) + "\r\nStatus: " + std::string(status) +
           "\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n--b--\r\n";
  }

  // With one official address; the firm has two.
  terms::PartyId business = registers.organisation("Sirlig Regnskap AS").id;
  Relay relay;
  Letters letters;
  parties::testing::ToldKrr krr{*registers.krr};
  std::unique_ptr<parties::OrganisationRegister> organisations =
      parties::make_local_organisation_register(registers.temp.database());
  base::Metrics metrics;
  std::unique_ptr<parties::ContactPoints> contacts;
  std::unique_ptr<Notify> notify;
};

}  // namespace alting::notify::testing
