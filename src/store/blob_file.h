// One sealed file on its way into the blob folder, and out of it.
//
// The folder: blobs/ab/cd/<hex SHA-256 of the ciphertext>; what is being written is blobs/new/<uuid>.
#pragma once
#include <filesystem>
#include <functional>
#include <string>

#include "base/bytes.h"
#include "base/uuid.h"
#include "crypto/hash.h"

namespace alting::store {

[[nodiscard]] std::filesystem::path blob_path(const std::filesystem::path& folder, const std::string& name);
void make_blob_folder(const std::filesystem::path& folder);  // and its folder of new files, both durable

class NewBlobFile {
 public:
  NewBlobFile(std::filesystem::path folder, const base::Uuid& working_name);  // throws DatabaseError, as all here
  ~NewBlobFile();                                                             // removes what was not finished
  NewBlobFile(const NewBlobFile&) = delete;
  NewBlobFile& operator=(const NewBlobFile&) = delete;
  void write(base::ByteView ciphertext);
  void sync() const;
  // Its name, once it is durable under it.
  [[nodiscard]] std::string finish();

 private:
  void place(const std::string& name);
  void read_back(const std::string& name) const;
  std::filesystem::path folder_;
  std::filesystem::path working_path_;
  crypto::Sha256 hash_;
  int descriptor_ = -1;
};

// Writes a few octets where new files are written, makes them durable and takes them away again; DatabaseError when that
// fails. Nothing is left of it, and no blob is named by it.
void try_blob_folder(const std::filesystem::path& folder, const base::Uuid& working_name);

// Hands out the file piece by piece until `take` says stop (false).
void read_blob_file(const std::filesystem::path& path, const std::function<bool(base::ByteView)>& take);

}  // namespace alting::store
