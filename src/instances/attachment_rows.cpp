#include "instances/attachment_rows.h"

#include "store/row_reader.h"

namespace alting::instances {

std::vector<Attachment> attachments_of(store::Tx& tx, terms::PartyId party, const terms::InstanceId& id) {
  std::vector<Attachment> all;
  for (const auto& row :
       tx.query("SELECT element_id, data_type, file_name, tag, media_type, size, digest, scan, created_at, blob_name, "
                "key_id FROM attachment WHERE party_id = ? AND instance_id = ? ORDER BY created_at, element_id",
                {party, id})) {
    store::RowReader from(row);
    Attachment one;
    one.id = from.next<terms::DataElementId>();
    one.data_type = from.next<std::string>();
    one.file_name = from.next<std::string>();
    one.tag = from.next<std::string>();
    one.media_type = from.next<std::string>();
    one.size = from.next<std::int64_t>();
    one.digest = from.next<std::string>();
    one.scan = from.next<std::string>();
    one.created_at = from.next<base::Instant>();
    one.blob.name = from.next<std::string>();
    one.blob.key_id = from.next<base::Uuid>();
    one.blob.digest = one.digest;
    one.blob.size = one.size;
    all.push_back(std::move(one));
  }
  return all;
}

std::vector<base::Uuid> keys_of(const std::vector<Attachment>& attachments) {
  std::vector<base::Uuid> keys;
  for (const auto& one : attachments) keys.push_back(one.blob.key_id);
  return keys;
}

}  // namespace alting::instances
