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
    public static AWSCredentials? CredentialsOf(string profile) =>
        new CredentialProfileStoreChain().TryGetAWSCredentials(profile, out var credentials) ? credentials : null;

    /// <summary>Whether the files have a profile of this name, with or without credentials.</summary>
    public static bool Has(string profile) => new CredentialProfileStoreChain().TryGetProfile(profile, out _);

    /// <summary>What is wrong with the profile that <c>AWS_PROFILE</c> names, as a clause without a full stop.</summary>
    public static string ProblemOf(string profile) => Has(profile)
        ? $"the profile \"{profile}\", which AWS_PROFILE names, is in the shared files and gives no credentials"
        : $"the profile \"{profile}\", which AWS_PROFILE names, is in none of {Files}";
}
