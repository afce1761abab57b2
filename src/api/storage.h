// Altinn's storage interface, for the systems of an agency: what was sent to it, by Altinn's paths, names and status codes
// (/storage/api/v1). Only what was sent exists here. Each reading is an entry in the log that its sender sees, and a list
// is one entry, as on the agency's page (instances/agency.h).
//
// An addition is an instance of its own, which says in `dataValues.supplementTo` what it adds to (storage_json.h).
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "access/access.h"
#include "api/endpoint.h"
#include "forms/catalogue.h"
#include "instances/agency.h"
#include "parties/parties.h"

namespace alting::api {

// The paper that the portal makes of what was sent, as PDF.
using MakePaper = std::function<std::string(const forms::App&, const instances::Submission&, base::Language)>;

// All of it outlives the endpoints.
struct StorageUses {
  instances::Agency& agency;
  access::Decider& decider;
  parties::Parties& parties;
  const forms::AppCatalogue& apps;
  MakePaper make_paper;
};
[[nodiscard]] std::vector<Endpoint> storage_endpoints(const StorageUses& uses);
[[nodiscard]] Components storage_schemas();

}  // namespace alting::api
