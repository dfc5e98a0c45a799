using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace CharacterRefs.Infrastructure.Storage.S3.Connection;

/// <summary>The named profiles of the shared AWS files.</summary>
internal static class SharedProfiles
{
    /// <summary>What to do about a profile that gives no credentials.</summary>
    public const string Remedy = "Correct AWS_PROFILE, or set AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY.";

    private const string Files =
        "the shared files, ~/.aws/credentials and ~/.aws/config or those that AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE name in the environment";

    /// <summary>The region of a profile; <c>null</c> when there is no such profile or it has none.</summary>
    /// <remarks>From the files only: the SDK would query the instance metadata next, which takes 16 s where there is none.</remarks>
    public static string? RegionOf(string profile) => new CredentialProfileStoreChain().TryGetProfile(profile, out var found) ? found.Region?.SystemName : null;

    /// <summary>The credentials of a profile; <c>null</c> when there is no such profile or it has none.</summary>
    /// <param name="path">The file; <c>null</c> for those that the SDK reads.</param>
    public static AWSCredentials? CredentialsOf(string profile, string? path = null) =>
        new CredentialProfileStoreChain(path).TryGetAWSCredentials(profile, out var credentials) ? credentials : null;

    /// <summary>Changes whenever one of the files is written or replaced. Two calls of the file system.</summary>
    public static string Stamp() => Stamp(
        Environment.GetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE") ?? Home("credentials"),
        Environment.GetEnvironmentVariable("AWS_CONFIG_FILE") ?? Home("config"));

    /// <summary>The same for these files.</summary>
    public static string Stamp(params string[] paths) => string.Join(
        ' ', paths.Select(path => new FileInfo(path)).Select(file => file.Exists ? $"{file.LastWriteTimeUtc.Ticks}/{file.Length}" : "-"));

    /// <summary>Whether the files have a profile of this name, with or without credentials.</summary>
    public static bool Has(string profile) => new CredentialProfileStoreChain().TryGetProfile(profile, out _);

    /// <summary>What is wrong with the profile that <c>AWS_PROFILE</c> names, as a clause without a full stop.</summary>
    public static string ProblemOf(string profile) => Has(profile)
        ? $"the profile \"{profile}\", which AWS_PROFILE names, is in the shared files and gives no credentials"
        : $"the profile \"{profile}\", which AWS_PROFILE names, is in none of {Files}";

    private static string Home(string name) => Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws", name);
}
