// A row of the inbox and of pick lists: what an instance is called, and how it stands.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "instances/instance.h"

namespace alting::instances {

struct Summary {
  Location at;
  terms::PartyUuid party_uuid;
  std::string party_name;
  std::string caption;                   // first words of the declared summary field
  base::Instant changed_at, created_at;  // created_at: in the inbox alone
  std::string archive_reference;         // sent ones
  std::optional<base::Instant> received_at, deadline_at;
  bool late = false;
  std::int64_t open_count = 0;
  std::int64_t additions = 0;
};

}  // namespace alting::instances
