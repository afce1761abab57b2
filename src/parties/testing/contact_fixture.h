// For tests: contact points over the test registers, with registers that can be down and a log that only remembers.
#pragma once
#include <string>
#include <vector>

#include "ledger/event_kinds.h"
#include "ledger/pending.h"
#include "ledger/testing/activity_permit.h"
#include "parties/contact_points.h"
#include "parties/testing/test_registers.h"
#include "parties/testing/told_krr.h"
#include "store/row_reader.h"

namespace alting::parties::testing {

class KeepingLedger final : public ledger::Ledger {
 public:
  ledger::EntryHandle append(store::Tx&, const ledger::PreparedEntry& prepared) override {
    kinds.push_back(prepared.pending->entry.kind);
    return {};
  }
  base::Result<ledger::Receipt> await_receipt(const ledger::EntryHandle&) override { return none(); }
  base::Result<ledger::Receipt> receipt(const base::Uuid&) override { return none(); }
  void note_own_read(const terms::Permit&) override {}
  ledger::ActivityPage activity(const terms::Permit&, const ledger::ActivityQuery&) override { return {}; }
  base::Result<std::string> public_resource(std::string_view) override {
    return base::make_error(base::ErrorKind::not_found, "none");
  }
  std::string verifier_key() const override { return ""; }
  std::string origin() const override { return ""; }
  std::vector<ledger::EventKind> kinds;

 private:
  static base::Result<ledger::Receipt> none() { return base::make_error(base::ErrorKind::not_found, "none"); }
};

class ContactFixture {
 public:
  explicit ContactFixture(store::Engine engine) : registers(engine), krr(*registers.krr) {
    contacts = make_contact_points({registers.temp.database(), registers.clock, registers.random, registers.numbers,
                                    *registers.registry, krr, *organisations, ledger,
                                    [this](store::Tx&, const terms::Permit&) -> base::Status {
                                      if (holds) return {};
                                      return base::make_error(base::ErrorKind::forbidden, "error.access.forbidden");
                                    }});
  }
  [[nodiscard]] terms::Permit permit(std::string_view story, terms::Action action, std::string_view business) {
    return access::Decider::permit(registers.actor(story), registers.organisation(business).id, "party", action);
  }
  [[nodiscard]] terms::PartyId person(std::string_view story) { return registers.actor(story).party; }
  [[nodiscard]] std::string post() { return base::Uuid::v4(registers.random).text(); }
  void sql(std::string_view statement, std::initializer_list<store::Value> values = {}) {
    (void)registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run(statement, values);
      return {};
    });
  }
  [[nodiscard]] std::int64_t count(std::string_view statement) {
    return registers.temp.database().read([&](store::Tx& tx) { return store::read_one<std::int64_t>(tx, statement); });
  }
  // The newest code that was asked for.
  [[nodiscard]] std::optional<CodeToSend> code() {
    const auto id = registers.temp.database().read([](store::Tx& tx) {
      return store::read_one<std::string>(
          tx.query_one("SELECT id FROM own_address_code ORDER BY made_at DESC, id DESC LIMIT 1").value());
    });
    return contacts->code_to_send(id);
  }

  TestRegisters registers;
  ToldKrr krr;
  std::unique_ptr<OrganisationRegister> organisations = make_local_organisation_register(registers.temp.database());
  KeepingLedger ledger;
  bool holds = true;  // what a permit says, still
  std::unique_ptr<ContactPoints> contacts;
};

}  // namespace alting::parties::testing
