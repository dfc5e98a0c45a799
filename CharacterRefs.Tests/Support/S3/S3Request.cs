namespace CharacterRefs.Tests.Support.S3;

/// <summary>A request that arrived at a scripted S3 server.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Target">Path and query, decoded.</param>
/// <param name="Authorization">The signature header.</param>
internal sealed record S3Request(string Method, string Target, byte[] Body, string Authorization, Dictionary<string, string> Headers);
