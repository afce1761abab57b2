#include "inbox/bench_messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "inbox/message_rows.h"

namespace alting::inbox {

namespace {

// Octets that nothing makes smaller.
store::Blob write_bench_file(store::Vault& vault, base::Random& random, const store::Holder& holder,
                             std::int64_t octets) {
  const auto piece = random.bytes(64 * 1024);
  auto writer = vault.create_blob({holder});
  for (std::int64_t left = octets; left > 0; left -= static_cast<std::int64_t>(piece.size()))
    writer->append(base::ByteView(piece).substr(0, std::min(piece.size(), static_cast<std::size_t>(left))));
  return writer->finish();
}

}  // namespace

void fill_inboxes(store::Database& database, store::Vault& vault, base::Random& random, const BenchFill& fill) {
  const auto in_a_batch = fill.in_a_batch;
  const auto agency = instances::agency_holder(fill.service.org);
  for (std::int64_t first = 0; first < fill.messages; first += in_a_batch) {
    const auto count = std::min(in_a_batch, fill.messages - first);
    const auto sealed = vault.seal(content_text({"Etat", "26/00001", "Melding", "", "Tekst"}), {agency});
    const auto caption = vault.reseal(sealed.key_id, caption_text({"Melding", "26/00001", ""}), agency).value();
    std::set<terms::PartyId> to;
    std::vector<terms::PartyId> each;
    for (std::int64_t i = 0; i < count; ++i) {
      each.push_back(fill.parties[static_cast<std::size_t>(first + i) % fill.parties.size()]);
      to.insert(each.back());
    }
    std::optional<store::Blob> file;
    if (fill.file_octets > 0) file = write_bench_file(vault, random, agency, fill.file_octets);
    std::vector<base::Uuid> keys{sealed.key_id};
    if (file) keys.push_back(file->key_id);
    std::vector<store::ShareRequest> shares;
    for (const auto party : to) shares.push_back({keys, agency, instances::party_holder(party)});
    if (const auto shared = vault.seal_all({}, shares); !shared) throw std::runtime_error(shared.error().code);
    const BatchId batch{base::Uuid::v4(random)};
    const auto stored = database.write([&](store::Tx& tx) -> base::Status {
      tx.run(
          "INSERT INTO message_batch (batch_id, org, app, agency_party, sender_name, language, key_id, caption, "
          "content, "
          "digest, size, state, created_at, created_by, touched_at, publish_at, published_at, reply, must_confirm, "
          "confidential, notify, ignore_reservation, files, recipients) VALUES (?, ?, ?, ?, 'Etat', 'nb', ?, ?, ?, ?, "
          "1, "
          "'published', ?, ?, ?, ?, ?, 'none', 0, 0, 0, 0, 0, ?)",
          {batch, fill.service.org, fill.service.app, fill.agency, sealed.key_id,
           store::Value::octets(caption.ciphertext), store::Value::octets(sealed.ciphertext),
           store::Value::octets(sealed.digest), fill.from, fill.agency, fill.from, fill.from, fill.from, count});
      if (file)
        tx.run(
            "INSERT INTO message_file (batch_id, file_id, place, file_name, media_type, size, blob_name, key_id, "
            "digest, scan) VALUES (?, ?, 0, 'vedlegg.pdf', 'application/pdf', ?, ?, ?, ?, 'clean')",
            {batch, base::Uuid::v4(random), file->size, file->name, file->key_id, store::Value::octets(file->digest)});
      for (std::int64_t i = 0; i < count; ++i) {
        MessagePlace place{.id = {base::Uuid::v4(random)},
                           .batch = batch,
                           .party = each[static_cast<std::size_t>(i)],
                           .service = fill.service};
        const auto at = fill.from + base::Duration::seconds(first + i);
        tx.run(
            "INSERT INTO message (party_id, message_id, batch_id, place, org, app, confidential, key_id, folder, "
            "listed_at, changed_at, announced_at) VALUES (?, ?, ?, ?, ?, ?, 0, ?, 'received', ?, ?, ?)",
            {place.party, place.id, batch, i, fill.service.org, fill.service.app, sealed.key_id, at, at, at});
        move_count(tx, place, {}, Counted{in_received, true});
      }
      return {};
    });
    if (!stored) throw std::runtime_error(stored.error().code);
  }
}

void fill_bare_messages(store::Database& database, std::int64_t messages, base::Instant at) {
  constexpr std::int64_t rows_in_a_commit = 2'000, rows_of_a_party = 100;
  constexpr std::int64_t nobody = 1'000'000'000;  // above every party's number
  for (std::int64_t first = 0; first < messages; first += rows_in_a_commit) {
    const auto end = std::min(messages, first + rows_in_a_commit);
    const auto stored = database.write([&](store::Tx& tx) -> base::Status {
      std::string sql =
          "INSERT INTO message (party_id, message_id, batch_id, place, org, app, confidential, key_id, folder, "
          "listed_at, changed_at, announced_at) VALUES ";
      std::vector<store::Value> values;
      for (auto i = first; i < end; ++i) {
        const auto id = fmt::format("{:08x}-0000-4000-8000-{:012x}", i % 0x7fff'ffff, i);
        sql += i == first ? "" : ",";
        sql += "(?, ?, ?, 0, 'dat', 'brev', 0, ?, 'received', ?, ?, ?)";
        values.emplace_back(nobody + i / rows_of_a_party);
        for (int column = 0; column < 3; ++column) values.emplace_back(std::string(id));
        for (int column = 0; column < 3; ++column) values.emplace_back(at);
      }
      tx.run_with(sql, values);
      return {};
    });
    if (!stored) throw std::runtime_error(stored.error().code);
  }
}

}  // namespace alting::inbox
