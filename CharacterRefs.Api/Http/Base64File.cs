using System.Text.Json.Serialization;

namespace CharacterRefs.Api.Http;

/// <summary>A local file that is written into JSON as base64 while it is read, so that no copy of it is held as text.</summary>
[JsonConverter(typeof(Base64FileConverter))]
public sealed class Base64File(string fullPath)
{
    /// <summary>Absolute path; never leaves the server.</summary>
    internal string FullPath => fullPath;
}
