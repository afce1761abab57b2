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
void copy_durably(const std::filesystem::path& from, const std::filesystem::path& to);
// All files below blobs/, but for those being written. Their name is their digest, so they are not read.
[[nodiscard]] std::vector<BackedUpFile> take_blobs(const std::filesystem::path& blobs,
                                                   const std::filesystem::path& backup);
void sync_tree(const std::filesystem::path& folder);  // the folders of a tree

// Runs pg_dump or pg_restore (found in /usr/lib/postgresql/*/bin or PATH); the password goes through the environment.
void run_postgresql_tool(const std::string& tool, std::vector<std::string> arguments, const std::string& where);

}  // namespace alting::store
