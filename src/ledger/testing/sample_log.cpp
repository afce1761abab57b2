#include "ledger/testing/sample_log.h"

#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"

namespace alting::ledger::testing {

SampleLog::SampleLog(std::uint64_t seed, std::string origin)
    : random_(std::make_unique<base::SeededRandom>(seed)), origin_(std::move(origin)) {
  signers_.push_back(NoteSigner::make(origin_, *random_));
  keys_.push_back({.vkey = signers_.back().verifier().text()});
}

std::size_t SampleLog::add(const NewEntry& entry) {
  const auto id = base::Uuid::v7(*random_, entry.at);
  entries_.push_back(write_entry(entry, id, entry.at + base::Duration::milliseconds(7), origin_, *random_));
  tree_.add(leaf_hash(entries_.back().commitment().view()));
  return entries_.size() - 1;
}

std::string SampleLog::proof(std::size_t number, const std::vector<NoteSigner>& signers) {
  std::vector<Hash> leaves;
  for (const auto& one : entries_) leaves.push_back(leaf_hash(one.commitment().view()));
  Tree whole;
  for (const auto& leaf : leaves) whole.add(leaf);
  const auto view = whole.view();
  const Checkpoint checkpoint{origin_, view->size(), view->root()};
  return TlogProof{number, view->prove(number), checkpoint.sign(signers)}.text();
}

void SampleLog::rotate(bool overlap) {
  auto next = NoteSigner::make(origin_, *random_);
  NewEntry entry{EventKind::key_announced, {1'700'000'000'000'000}};
  entry.actor.kind = terms::ActorKind::system;
  entry.set(parameter::key, next.verifier().text());
  const auto number = add(entry);
  keys_.push_back(
      {next.verifier().text(), entries_[number].canonical, entries_[number].salt, proof(number, {signers_.back()})});
  signers_.push_back(std::move(next));
  overlap_ = overlap;
}

std::string SampleLog::receipt(std::size_t number) {
  std::vector<NoteSigner> signers{signers_.back()};
  if (overlap_ && signers_.size() > 1) signers.push_back(signers_[signers_.size() - 2]);
  return write_receipt(entries_[number], keys_, proof(number, signers));
}

NewEntry sample_submission() {
  NewEntry entry{EventKind::submission_received, {1'795'000'000'123'456}};
  entry.actor.kind = terms::ActorKind::person;
  entry.actor.party = {501};
  entry.actor.party_uuid = *terms::PartyUuid::parse("0191f7a0-1111-7abc-8def-000000000001");
  entry.actor.level = terms::AssuranceLevel::high;
  entry.actor.method = "BankID";
  entry.actor.name = "Ærlig Åse Øystad";
  entry.party = terms::PartyId{902};
  entry.party_uuid = *terms::PartyUuid::parse("0191f7a0-2222-7abc-8def-000000000002");
  entry.party_name = "Fjellbris \"Regnskap\" AS";
  entry.organisation_number = "310000001";
  entry.resource = "app:dat/avviksmelding";
  entry.instance = *terms::InstanceId::parse("0191f7a0-3333-7abc-8def-000000000003");
  entry.evidence = terms::Evidence{"role", "DAGL", "enhetsregisteret:7", "rule-1", 3};
  entry.documents = {
      {"form", "application/json", "skjema.json", 2048, hash_of("the form").bytes()},
      {"attachment", "application/pdf", "vedlegg \xe2\x80\x93 1.pdf", 4096, hash_of("the attachment").bytes()}};
  entry.set(parameter::reference, "AR-2026-000123");
  entry.set(parameter::in_time, "yes");
  entry.agency = "dat";
  return entry;
}

NewEntry sample_login(std::int64_t party, base::Instant at) {
  NewEntry entry{EventKind::session_opened, at};
  entry.actor = sample_submission().actor;
  entry.actor.party = {party};
  entry.party = entry.actor.party;
  entry.party_uuid = entry.actor.party_uuid;
  entry.party_name = entry.actor.name;
  entry.resource = "party";
  return entry;
}

NewEntry sample_delegation() {
  auto entry = sample_submission();
  entry.kind = EventKind::access_delegated;
  entry.resource = "party";
  entry.instance.reset();
  entry.agency.reset();
  entry.documents.clear();
  entry.parameters = base::Json::object();
  entry.set(parameter::delegation, "0191f7a0-4444-7abc-8def-000000000004");
  entry.set(parameter::role, "UTINN");
  entry.set(parameter::recipient, "0191f7a0-5555-7abc-8def-000000000005");
  entry.set(parameter::recipient_name, "Kåre \xf0\x9f\x99\x82 Test");
  return entry;
}

}  // namespace alting::ledger::testing
