#include "inbox/agencies_with_data.h"

#include "store/row_reader.h"

namespace alting::inbox {

std::vector<std::string> agencies_with_data(store::Tx& tx, terms::PartyId party, std::string_view item) {
  std::vector<std::string> orgs;
  for (const auto& row :
       tx.query("SELECT s.org FROM submission s WHERE s.party_id = ? AND ? IN ('', s.root_id) UNION "
                "SELECT m.org FROM message m WHERE m.party_id = ? AND ? IN ('', m.message_id) ORDER BY "
                "org",
                {party, item, party, item}))
    orgs.push_back(store::read_one<std::string>(row));
  return orgs;
}

}  // namespace alting::inbox
