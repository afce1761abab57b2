#include "store/vault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "crypto/hash.h"
#include "store/database.h"
#include "store/failpoint.h"
#include "store/testing/holders.h"
#include "store/testing/vault_fixture.h"

namespace alting::store {
namespace {

using testing::agency, testing::party;

class VaultTest : public ::testing::Test {
 protected:
  ~VaultTest() override { failpoint::disarm(); }
  Vault& vault() { return temp.vault(); }
  Blob put_blob(std::string_view text, const std::vector<Holder>& holders = {party}) {
    auto writer = vault().create_blob(holders);
    writer->append(text.substr(0, text.size() / 2));
    writer->append(text.substr(text.size() / 2));
    return writer->finish();
  }
  base::Result<std::string> get_blob(const Blob& blob, const Holder& holder = party) {
    std::string text;
    ALTING_CHECK(vault().read_blob(blob, holder, [&](base::ByteView piece) { text += piece; }));
    return text;
  }
  std::filesystem::path file_of(const Blob& blob) {
    return temp.folder() / "blobs" / blob.name.substr(0, 2) / blob.name.substr(2, 2) / blob.name;
  }
  std::size_t unfinished_files() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(temp.folder() / "blobs/new")) ++count;
    return count;
  }
  std::string keystore_octets() {
    std::string all;
    for (const auto* name : {"keystore.db", "keystore.db-wal"}) {
      std::ifstream file(temp.folder() / name, std::ios::binary);
      all.append(std::istreambuf_iterator<char>(file), {});
    }
    return all;
  }
  testing::TempVault temp;
};

TEST_F(VaultTest, a_blob_that_is_discarded_leaves_neither_file_nor_key) {
  const auto kept = put_blob("beholdt"), refused = put_blob("avvist");
  vault().discard_blob(refused, party);
  EXPECT_FALSE(std::filesystem::exists(file_of(refused)));
  EXPECT_EQ(get_blob(refused).error().kind, base::ErrorKind::gone);
  EXPECT_EQ(*get_blob(kept), "beholdt");
}

TEST_F(VaultTest, a_document_opens_for_each_holder_and_nobody_else) {
  const auto sealed = vault().seal("innhold", {party, agency});
  EXPECT_EQ(*vault().open(sealed.key_id, sealed.ciphertext, party), "innhold");
  EXPECT_EQ(*vault().open(sealed.key_id, sealed.ciphertext, agency), "innhold");
  EXPECT_EQ(vault().open(sealed.key_id, sealed.ciphertext, "party:1").error().kind, base::ErrorKind::gone);
  EXPECT_EQ(sealed.digest, crypto::sha256("innhold"));
  EXPECT_EQ(sealed.ciphertext.find("innhold"), std::string::npos);
}

TEST_F(VaultTest, a_document_opens_after_a_new_start) {
  const auto sealed = vault().seal("innhold", {party});
  temp.reopen();
  EXPECT_EQ(*vault().open(sealed.key_id, sealed.ciphertext, party), "innhold");
}

TEST_F(VaultTest, another_master_key_is_refused_at_the_start) {
  base::SystemRandom random;
  base::SystemClock clock;
  testing::TempFolder other;
  vault().back_up_keystore(other.path() / "k.db");
  EXPECT_THROW((void)open_vault({.keystore = other.path() / "k.db",
                                 .blobs = other.path() / "b",
                                 .erasure_list = other.path() / "e",
                                 .epochs = temp.folder() / "keystore.db.epochs"},
                                crypto::SecretBytes(std::string(32, 'x')), random, clock),
               DatabaseError);
}

TEST_F(VaultTest, sealing_again_uses_the_same_key) {
  const auto first = vault().seal("en", {party, agency});
  const auto second = vault().reseal(first.key_id, "to", party);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->key_id, first.key_id);
  EXPECT_EQ(*vault().open(first.key_id, second->ciphertext, agency), "to");
  EXPECT_FALSE(vault().reseal(first.key_id, "tre", "party:1"));
}

TEST_F(VaultTest, a_changed_or_exchanged_ciphertext_does_not_open) {
  const auto one = vault().seal("en", {party});
  const auto two = vault().seal("to", {party});
  auto changed = one.ciphertext;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  EXPECT_THROW((void)vault().open(one.key_id, changed, party), DatabaseError);
  EXPECT_THROW((void)vault().open(one.key_id, two.ciphertext, party), DatabaseError);
}

TEST_F(VaultTest, sharing_gives_the_other_a_wrap_of_its_own) {
  const auto sealed = vault().seal("innhold", {party});
  EXPECT_FALSE(vault().open(sealed.key_id, sealed.ciphertext, agency));
  ASSERT_TRUE(vault().share({sealed.key_id}, party, agency));
  EXPECT_EQ(*vault().open(sealed.key_id, sealed.ciphertext, agency), "innhold");
  EXPECT_EQ(vault().share({sealed.key_id}, "party:1", "party:2").error().kind, base::ErrorKind::gone);
}

TEST_F(VaultTest, several_are_sealed_and_shared_at_once_or_not_at_all) {
  const auto attachment = vault().seal("vedlegg", {party});
  const std::vector<SealRequest> seals{{"en", {party, agency}}, {"to", {party}}};
  const std::vector<ShareRequest> shares{{{attachment.key_id}, party, agency}};
  const auto sealed = vault().seal_all(seals, shares);
  ASSERT_TRUE(sealed);
  ASSERT_EQ(sealed->size(), 2u);
  EXPECT_EQ(*vault().open((*sealed)[0].key_id, (*sealed)[0].ciphertext, agency), "en");
  EXPECT_EQ(*vault().open((*sealed)[1].key_id, (*sealed)[1].ciphertext, party), "to");
  EXPECT_EQ(*vault().open(attachment.key_id, attachment.ciphertext, agency), "vedlegg");
  const std::vector<ShareRequest> wrong{{{attachment.key_id}, "party:1", agency}};
  EXPECT_FALSE(vault().seal_all(seals, wrong));
}

TEST_F(VaultTest, erasing_one_holders_wrap_leaves_the_others) {
  const auto sealed = vault().seal("innhold", {party, agency});
  (void)vault().open(sealed.key_id, sealed.ciphertext, party);  // so that it is in the cache
  vault().erase({sealed.key_id}, party);
  EXPECT_EQ(vault().open(sealed.key_id, sealed.ciphertext, party).error().kind, base::ErrorKind::gone);
  EXPECT_EQ(*vault().open(sealed.key_id, sealed.ciphertext, agency), "innhold");
  temp.reopen();
  EXPECT_EQ(vault().open(sealed.key_id, sealed.ciphertext, party).error().kind, base::ErrorKind::gone);
}

TEST_F(VaultTest, an_erased_wrap_is_in_no_file_any_more) {
  const auto sealed = vault().seal("innhold", {"party:unique-holder-name"});
  const auto id = base::Bytes(sealed.key_id.view());
  // The row in the b-tree: the key id, then the holder, then the wrap. After erasing only the list's row is left,
  // without a wrap.
  const auto pattern = id + "party:unique-holder-name";
  const auto count = [&](const std::string& all) {
    std::size_t hits = 0;
    for (auto at = all.find(pattern); at != std::string::npos; at = all.find(pattern, at + 1)) ++hits;
    return hits;
  };
  EXPECT_GE(count(keystore_octets()), 1u);
  const auto before = keystore_octets();
  const auto at = before.find(pattern);
  const auto wrap = before.substr(at + pattern.size(), 60);
  vault().erase({sealed.key_id}, "party:unique-holder-name");
  EXPECT_EQ(keystore_octets().find(wrap), std::string::npos);
}

TEST_F(VaultTest, an_erasure_waits_for_no_reader_and_is_wiped_when_the_reader_has_ended) {
  const auto sealed = vault().seal("innhold", {"party:unique-holder-name"});
  const auto pattern = base::Bytes(sealed.key_id.view()) + "party:unique-holder-name";
  const auto before = keystore_octets();
  const auto wrap = before.substr(before.find(pattern) + pattern.size(), 60);

  sqlite3* reader = nullptr;  // as a backup that is under way
  ASSERT_EQ(sqlite3_open((temp.folder() / "keystore.db").c_str(), &reader), SQLITE_OK);
  const auto ask = [&](const char* sql) { return sqlite3_exec(reader, sql, nullptr, nullptr, nullptr); };
  EXPECT_EQ(ask("BEGIN"), SQLITE_OK);
  EXPECT_EQ(ask("SELECT COUNT(*) FROM key_wrap"), SQLITE_OK);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_NO_THROW(vault().erase({sealed.key_id}, "party:unique-holder-name"));
  const auto other = vault().seal("annet", {party});
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
  EXPECT_FALSE(vault().open(sealed.key_id, sealed.ciphertext, "party:unique-holder-name"));
  EXPECT_EQ(*vault().open(other.key_id, other.ciphertext, party), "annet");
  EXPECT_NE(keystore_octets().find(wrap), std::string::npos);  // the reader still sees it

  EXPECT_EQ(ask("COMMIT"), SQLITE_OK);
  for (int i = 0; i < 500 && keystore_octets().find(wrap) != std::string::npos; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(keystore_octets().find(wrap), std::string::npos);
  sqlite3_close(reader);
}

TEST_F(VaultTest, erasures_are_replayed_from_the_list_outside) {
  const auto sealed = vault().seal("innhold", {party});
  testing::TempFolder elsewhere;
  vault().back_up_keystore(elsewhere.path() / "old.db");
  vault().erase({sealed.key_id}, party);
  std::ifstream file(temp.folder() / "erasures");
  const std::string lines((std::istreambuf_iterator<char>(file)), {});
  base::SystemRandom random;
  base::SystemClock clock;
  const auto old = open_vault({.keystore = elsewhere.path() / "old.db",
                               .blobs = elsewhere.path() / "b",
                               .erasure_list = elsewhere.path() / "e",
                               .epochs = temp.folder() / "keystore.db.epochs"},
                              crypto::SecretBytes(std::string(32, 'm')), random, clock);
  EXPECT_TRUE(old->open(sealed.key_id, sealed.ciphertext, party));
  EXPECT_EQ(old->replay_erasures("torn li\n" + lines + "1 x"), 1);
  EXPECT_FALSE(old->open(sealed.key_id, sealed.ciphertext, party));
}

TEST_F(VaultTest, a_blob_comes_back_as_it_was) {
  for (const std::size_t size : {0u, 1u, 65'535u, 65'536u, 65'537u, 3'000'000u}) {
    const std::string text(size, 'b');
    const auto blob = put_blob(text);
    EXPECT_EQ(blob.size, static_cast<std::int64_t>(size));
    EXPECT_EQ(blob.digest, crypto::sha256(text));
    EXPECT_EQ(*get_blob(blob), text);
  }
  EXPECT_EQ(unfinished_files(), 0u);
}

TEST_F(VaultTest, a_blob_is_named_by_its_ciphertext) {
  const auto blob = put_blob("innhold");
  std::ifstream file(file_of(blob), std::ios::binary);
  const std::string octets((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(base::to_hex(crypto::sha256(octets)), blob.name);
  EXPECT_EQ(octets.find("innhold"), std::string::npos);
}

TEST_F(VaultTest, a_damaged_or_cut_blob_is_never_taken_for_good) {
  const auto blob = put_blob(std::string(200'000, 'x'));
  const auto path = file_of(blob);
  const auto size = std::filesystem::file_size(path);
  std::filesystem::resize_file(path, size - 1);
  EXPECT_THROW((void)get_blob(blob), DatabaseError);
  std::filesystem::resize_file(path, 65'536 + 16 + 32);  // exactly one whole chunk
  EXPECT_THROW((void)get_blob(blob), DatabaseError);
  std::filesystem::remove(path);
  EXPECT_THROW((void)get_blob(blob), DatabaseError);
}

TEST_F(VaultTest, an_abandoned_blob_leaves_no_file) {
  {
    auto writer = vault().create_blob({party});
    writer->append("halvveis");
  }
  EXPECT_EQ(unfinished_files(), 0u);
}

TEST_F(VaultTest, each_step_of_a_blob_that_fails_throws_and_the_next_blob_works) {
  for (const auto* step : {"create", "write", "sync", "mkdir", "sync_parent", "rename", "sync_folder", "read_back"}) {
    failpoint::arm(std::string("blob.") + step, failpoint::Action::error);
    EXPECT_THROW((void)put_blob("innhold"), DatabaseError) << step;
    EXPECT_TRUE(failpoint::fired()) << step;
    failpoint::disarm();
    EXPECT_EQ(*get_blob(put_blob("innhold")), "innhold") << step;
    EXPECT_EQ(unfinished_files(), 0u) << step;
  }
}

TEST_F(VaultTest, the_parents_of_a_blobs_folders_are_synced_also_when_the_folders_were_there) {
  for (int i = 0; i < 256; ++i)  // made by somebody who did not come so far as to sync
    std::filesystem::create_directories(temp.folder() / fmt::format("blobs/{:02x}", i));
  for (const int nth : {1, 2}) {
    failpoint::arm("blob.sync_parent", failpoint::Action::error, nth);
    EXPECT_THROW((void)put_blob("innhold"), DatabaseError) << nth;
    EXPECT_TRUE(failpoint::fired()) << nth;
    failpoint::disarm();
  }
}

TEST_F(VaultTest, a_failing_keystore_gives_no_document) {
  for (const auto* step : {"keystore.before", "keystore.commit"}) {
    failpoint::arm(step, failpoint::Action::error);
    EXPECT_THROW((void)vault().seal("innhold", {party}), DatabaseError) << step;
    EXPECT_TRUE(failpoint::fired());
    failpoint::disarm();
    const auto sealed = vault().seal("innhold", {party});
    EXPECT_TRUE(vault().open(sealed.key_id, sealed.ciphertext, party));
  }
}

TEST_F(VaultTest, a_key_whose_erasure_ended_unknown_is_not_given_from_memory) {
  const auto sealed = vault().seal("innhold", {party});
  ASSERT_TRUE(vault().open(sealed.key_id, sealed.ciphertext, party));
  failpoint::arm("keystore.committed", failpoint::Action::error);  // the wrap is gone, but the caller is not told
  EXPECT_THROW(vault().erase({sealed.key_id}, party), DatabaseError);
  EXPECT_TRUE(failpoint::fired());
  failpoint::disarm();
  EXPECT_EQ(vault().open(sealed.key_id, sealed.ciphertext, party).error().kind, base::ErrorKind::gone);
}

TEST_F(VaultTest, an_erasure_whose_list_cannot_be_written_is_not_done) {
  const auto sealed = vault().seal("innhold", {party});
  failpoint::arm("erasure.list", failpoint::Action::error);
  EXPECT_THROW(vault().erase({sealed.key_id}, party), DatabaseError);
  EXPECT_TRUE(vault().open(sealed.key_id, sealed.ciphertext, party));
}

TEST_F(VaultTest, orphans_go_after_a_day_and_named_files_stay) {
  const auto kept = put_blob("kept");
  const auto orphan = put_blob("orphan");
  const auto fresh = put_blob("fresh");
  const auto old = std::filesystem::file_time_type::clock::now() - std::chrono::hours(25);
  std::filesystem::last_write_time(file_of(kept), old);
  std::filesystem::last_write_time(file_of(orphan), old);
  std::ofstream(temp.folder() / "blobs/new/left-over") << "x";
  std::filesystem::last_write_time(temp.folder() / "blobs/new/left-over", old);
  const auto removed = vault().sweep_orphans([&](const std::vector<std::string>& names) {
    EXPECT_THAT(names, ::testing::Not(::testing::Contains(fresh.name)));
    return std::set<std::string>{kept.name};
  });
  EXPECT_EQ(removed, 2);
  EXPECT_EQ(*get_blob(kept), "kept");
  EXPECT_EQ(*get_blob(fresh), "fresh");
  EXPECT_FALSE(std::filesystem::exists(file_of(orphan)));
}

TEST_F(VaultTest, many_threads_seal_and_open) {
  std::vector<std::jthread> workers;
  for (int t = 0; t < 8; ++t) {
    workers.emplace_back([&, t] {
      for (int i = 0; i < 30; ++i) {
        const auto text = std::to_string(t * 100 + i);
        const auto sealed = vault().seal(text, {party});
        EXPECT_EQ(*vault().open(sealed.key_id, sealed.ciphertext, party), text);
      }
    });
  }
}

TEST_F(VaultTest, takes_back_the_keys_that_nothing_was_sealed_under_and_no_other) {
  const auto keys = vault().make_keys(5, party);
  const auto sealed = vault().reseal(keys[0], "in use", party);
  ASSERT_TRUE(sealed);
  vault().return_keys(std::span(keys).subspan(2), agency);  // holds none
  EXPECT_TRUE(vault().reseal(keys[2], "x", party));
  vault().return_keys(std::span(keys).subspan(2), party);
  for (std::size_t i = 2; i < keys.size(); ++i)
    EXPECT_EQ(vault().reseal(keys[i], "x", party).error().kind, base::ErrorKind::gone);
  EXPECT_EQ(vault().open(keys[0], sealed->ciphertext, party).value_or(""), "in use");
  EXPECT_TRUE(vault().reseal(keys[1], "x", party));
}

}  // namespace
}  // namespace alting::store
