// What prefill may take from (docs/app-folder.md): the registers and the person's own profile. Used by this room only.
#pragma once
#include <map>
#include <string>

#include "parties/parties.h"
#include "terms/permit.h"

namespace alting::instances {

[[nodiscard]] std::map<std::string, std::string> prefill_sources(parties::Parties& parties,
                                                                 const terms::Permit& permit);

}  // namespace alting::instances
