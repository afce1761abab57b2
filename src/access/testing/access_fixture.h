// For tests: the decider and the delegations over the test registers, with a log that only remembers.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "access/make_access.h"
#include "access/migrations.h"
#include "ledger/pending.h"
#include "parties/testing/test_registers.h"

namespace alting::access::testing {

class RememberingLedger final : public ledger::Ledger {
 public:
  std::function<void()> on_prepare;  // once: what happens between reading and writing
  std::atomic<int> own_reads = 0;
  ledger::PreparedEntry prepare(ledger::NewEntry entry) override {
    if (on_prepare) std::exchange(on_prepare, nullptr)();
    return Ledger::prepare(std::move(entry));
  }
  ledger::EntryHandle append(store::Tx&, const ledger::PreparedEntry& prepared) override {
    std::lock_guard hold(mutex_);
    entries_.push_back(prepared.pending->entry);
    return {};
  }
  base::Result<ledger::Receipt> await_receipt(const ledger::EntryHandle&) override { return none(); }
  base::Result<ledger::Receipt> receipt(const base::Uuid&) override { return none(); }
  void note_own_read(const terms::Permit&) override { ++own_reads; }
  ledger::ActivityPage activity(const terms::Permit&, const ledger::ActivityQuery& query) override {
    std::lock_guard hold(mutex_);
    asked_ = query;
    return {};
  }
  base::Result<std::string> public_resource(std::string_view) override {
    return base::make_error(base::ErrorKind::not_found, "none");
  }
  std::string verifier_key() const override { return ""; }
  std::string origin() const override { return ""; }
  [[nodiscard]] ledger::ActivityQuery asked() {  // last
    std::lock_guard hold(mutex_);
    return asked_;
  }
  [[nodiscard]] std::vector<ledger::NewEntry> entries() {
    std::lock_guard hold(mutex_);
    return entries_;
  }

 private:
  static base::Result<ledger::Receipt> none() { return base::make_error(base::ErrorKind::not_found, "none"); }
  std::mutex mutex_;
  std::vector<ledger::NewEntry> entries_;
  ledger::ActivityQuery asked_;
};

// A policy of rules "Effect roles actions [task|end-event]"; words of a list are separated by '|'.
struct RuleText {
  std::string effect, roles, actions, task, end_event;
  bool agency = false;
};
[[nodiscard]] std::string policy_xml(const std::vector<RuleText>& rules, std::string_view org, std::string_view app,
                                     int level = 0);

class AccessFixture {
 public:
  explicit AccessFixture(store::Engine engine = store::Engine::sqlite)
      : registers(engine, true, {access::migrations()}) {
    access = make();
    load();
  }
  void
  load();  // dat/avviksmelding for UTINN (organisations), dat/privat for PRIV, nav/stor for DAGL and LEDE at level 4
  void restart() {
    registers.registry->reload();
    access = make();
    load();
  }
  [[nodiscard]] std::unique_ptr<Access> make() {
    return make_access({registers.temp.database(),
                        *registers.registry,
                        ledger,
                        registers.clock,
                        registers.random,
                        {},
                        [this](store::Tx&, const terms::CaseId& id) -> std::optional<OpenCase> {
                          const auto found = cases.find(id);
                          return found == cases.end() ? std::nullopt : std::optional(found->second);
                        }});
  }
  [[nodiscard]] Decider& decider() { return access->decider(); }
  [[nodiscard]] Delegations& delegations() { return access->delegations(); }
  [[nodiscard]] std::string post() { return base::Uuid::v4(registers.random).text(); }

  parties::testing::TestRegisters registers;
  RememberingLedger ledger;
  std::map<terms::CaseId, OpenCase> cases;  // those that are open
  std::unique_ptr<Access> access;
};

inline const terms::AppId breach{"dat", "avviksmelding"}, private_app{"dat", "privat"}, strict{"nav", "stor"};

}  // namespace alting::access::testing
