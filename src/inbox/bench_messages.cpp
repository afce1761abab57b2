#include "inbox/bench_messages.h"

#include "inbox/message_rows.h"

namespace alting::inbox {

void fill_inboxes(store::Database& database, store::Vault& vault, base::Random& random, const BenchFill& fill) {
  constexpr std::int64_t in_a_batch = 500;
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
    std::vector<store::ShareRequest> shares;
    for (const auto party : to) shares.push_back({{sealed.key_id}, agency, instances::party_holder(party)});
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

}  // namespace alting::inbox
