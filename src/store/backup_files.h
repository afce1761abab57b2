// Files of a backup: copied or linked, synced, hashed.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace alting::store {

struct BackedUpFile {
  std::string path;  // relative to the backup's folder
  std::int64_t size = 0;
  std::string sha256;
};
[[nodiscard]] std::string hex_sha256_of_file(const std::filesystem::path& path);
// A hard link, or where that is not possible a synced copy.
void link_or_copy(const std::filesystem::path& from, const std::filesystem::path& to);
// Synced, and read back from the disk. The new file is its owner's only.
void copy_durably(const std::filesystem::path& from, const std::filesystem::path& to);
// All files below blobs/, but for those being written. Their name is their digest, so they are not read.
[[nodiscard]] std::vector<BackedUpFile> take_blobs(const std::filesystem::path& blobs,
                                                   const std::filesystem::path& backup);
void sync_tree(const std::filesystem::path& folder);  // the folders of a tree
// Syncs a file another program wrote, and sees to it that the next who reads it reads the disk.
void settle_file(const std::filesystem::path& path);

// The one of the newest version in `versions` (Debian's /usr/lib/postgresql), or the name alone, for PATH.
[[nodiscard]] std::string find_postgresql_tool(const std::string& tool, const std::filesystem::path& versions);
// Runs pg_dump or pg_restore; the password goes through the environment.
void run_postgresql_tool(const std::string& tool, std::vector<std::string> arguments, const std::string& where);

}  // namespace alting::store
