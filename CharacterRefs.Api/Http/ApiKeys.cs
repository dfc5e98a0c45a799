using CharacterRefs.Api.Configuration;
using Microsoft.Extensions.Primitives;

namespace CharacterRefs.Api.Http;

/// <summary>The configured API keys.</summary>
internal sealed class ApiKeys(ApiOptions options)
{
    /// <summary>The header that carries a key.</summary>
    public const string HeaderName = "X-API-Key";

    /// <summary>Whether requests need a key.</summary>
    public bool AreRequired => options.ApiKeyHashes.Count > 0;

    /// <summary>The SHA-256 of the key in the header; <c>null</c> when there is none or it is not a configured one.</summary>
    public byte[]? Find(StringValues sent)
    {
        if (sent is not [{ Length: > 0 } key])
        {
            return null;
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        return Any(known => CryptographicOperations.FixedTimeEquals(hash, known)) ? hash : null;
    }

    /// <summary>Whether a configured key fits. Every key is compared, so that the response time reveals nothing.</summary>
    public bool Any(Func<byte[], bool> fits)
    {
        var isFound = false;
        foreach (var known in options.ApiKeyHashes)
        {
            isFound |= fits(known);
        }

        return isFound;
    }
}
