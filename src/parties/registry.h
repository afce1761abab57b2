// Parties on the database, with the graph of parties and role facts in memory.
#pragma once
#include <memory>
#include <mutex>

#include "parties/folkeregisteret.h"
#include "parties/graph.h"
#include "parties/krr.h"
#include "parties/number_vault.h"
#include "parties/parties.h"
#include "store/quota.h"

namespace alting::parties {

// What the registry is made with. None is owned; all outlive it.
struct RegistryParts {
  store::Database& database;
  const base::Clock& clock;
  base::Random& random;
  const NumberVault& numbers;
  Folkeregisteret& folkeregisteret;
  Krr& krr;
  terms::Mode mode;
  store::Quotas quotas = {};  // of look-ups
};

class Registry : public Parties {
 public:
  // For `access`: decisions read it.
  [[nodiscard]] virtual const Graph& graph() const = 0;
  // Builds the graph anew beside the one in use and swaps it in: at start (make_registry does) and after a generation
  // was switched on.
  virtual void reload() = 0;
  [[nodiscard]] virtual const RegistryParts& parts() const = 0;
  // The person's own number for a call to a register; nothing when the party has none.
  [[nodiscard]] virtual std::optional<terms::NationalIdText> national_id(terms::PartyId person) = 0;
};

[[nodiscard]] std::unique_ptr<Registry> make_registry(const RegistryParts& parts);

}  // namespace alting::parties
