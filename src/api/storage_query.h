// What a list of instances may be asked by, in Altinn's names. Others of Altinn's are refused like any unknown one: they
// ask for what is under work, or for what is not kept here.
#pragma once
#include <string>
#include <vector>

#include "api/endpoint.h"
#include "instances/agency_machine.h"
#include "parties/parties.h"

namespace alting::api {

struct AskedInstances {
  std::string org;  // whose
  instances::StorageQuery query;
  bool nothing = false;  // it asks for what nothing that was sent is: deleted, not ended, of an unknown organisation
};

[[nodiscard]] std::vector<Parameter> storage_query_parameters();
[[nodiscard]] std::vector<Parameter> storage_query_headers();

// Of a call whose parameters are as storage_query_parameters() has them. All errors are `invalid`: error.storage.whose
// when it is not clear which agency is meant, error.storage.moment, error.storage.owner, error.api.page.
[[nodiscard]] base::Result<AskedInstances> read_storage_query(const Call& call, parties::Parties& parties);

}  // namespace alting::api
