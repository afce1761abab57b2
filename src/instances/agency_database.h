// The only way the agency's functions reach the database: each transaction begins by deciding again.
//
// An employee may lose the role, or the agency its form, between the decision and the transaction. The functions have no
// other database than this one, so none can forget to ask (agency.cpp); what they answer then is the Decider's refusal.
#pragma once
#include <optional>
#include <type_traits>
#include <utility>

#include "access/access.h"
#include "instances/instance.h"
#include "ledger/ledger.h"
#include "store/database.h"
#include "store/quota.h"

namespace alting::instances {

// The form that one that was sent adds to, itself when it is none: what is restricted is a form with its additions.
[[nodiscard]] terms::InstanceId matter_id_of(store::Tx& tx, terms::PartyId party, const terms::InstanceId& id);

// `Ground` is the Permit or the Scope that access gave for this agency.
class AgencyDatabase {
 public:
  AgencyDatabase(store::Database& database, access::Decider& decider, ledger::Ledger& ledger, store::Quotas quotas)
      : database_(database), decider_(decider), ledger_(ledger), quotas_(std::move(quotas)) {}

  // Where something that was sent is, for the question whether this person may read it: the only thing that is asked
  // before there is a ground to ask on, and handed out to nobody.
  [[nodiscard]] std::optional<Location> locate(terms::PartyId party, const terms::InstanceId& id);

  // Reads on one snapshot, in which `ground` holds. `work` answers any value.
  template <class Ground, class F>
  [[nodiscard]] auto read(const Ground& ground, F&& work) -> base::Result<std::invoke_result_t<F, store::Tx&>> {
    using Answer = base::Result<std::invoke_result_t<F, store::Tx&>>;
    return database_.read([&](store::Tx& tx) -> Answer {
      ALTING_CHECK(decider_.recheck_read(tx, ground));
      return work(tx);
    });
  }

  // Writes down what is about to be handed out; durable when it returns. `also` runs in the same transaction; where it
  // answers false nothing was done, and nothing is written down. What a system may cause in an hour is limited by the
  // interface that it comes over, and by no person's budget.
  template <class Ground, class F>
  [[nodiscard]] base::Status write_down(const Ground& ground, ledger::NewEntry entry, F&& also) {
    const auto received = entry.at;
    const auto prepared = ledger_.prepare(std::move(entry));
    return database_.write([&](store::Tx& tx) -> base::Status {
      ALTING_CHECK(decider_.recheck(tx, ground));
      if (ground.actor().is_person())
        ALTING_CHECK(quotas_.spend(tx, store::Spending::entries, received, ground.actor().party));
      if constexpr (std::is_void_v<std::invoke_result_t<F, store::Tx&>>) {
        also(tx);
      } else {
        if (!also(tx)) return {};
      }
      ledger_.append(tx, prepared);
      return {};
    });
  }
  template <class Ground>
  [[nodiscard]] base::Status write_down(const Ground& ground, ledger::NewEntry entry) {
    return write_down(ground, std::move(entry), [](store::Tx&) {});
  }

 private:
  store::Database& database_;
  access::Decider& decider_;
  ledger::Ledger& ledger_;
  store::Quotas quotas_;
};

}  // namespace alting::instances
