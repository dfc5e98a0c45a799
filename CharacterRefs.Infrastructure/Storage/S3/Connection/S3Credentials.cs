using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using CharacterRefs.Application.Ports.Assets;

namespace CharacterRefs.Infrastructure.Storage.S3.Connection;

/// <summary>
/// The credentials: those of the configuration, which the SDK cannot see when they come from <c>.env</c>; else a named profile; else the SDK's chain. The
/// chain ends with the instance metadata service, which takes 16 s or more at every request where packets to it are dropped. Here it has 4 s, and a
/// failure is cached for 10 s.
/// </summary>
internal sealed class S3Credentials : AWSCredentials
{
    private const string NotFound =
        "No AWS credentials were found. Checked: AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY (environment and .env), AWS_PROFILE and the shared files "
        + "~/.aws/credentials and ~/.aws/config, a web identity token, the container's credentials, and the instance metadata service.";

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_memory = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _clock;
    private readonly Func<Task<AWSCredentials>> _find;
    private readonly string? _profile;
    private AWSCredentials? _found;
    private long? _failedAt;
    private string _missing = NotFound;

    public S3Credentials(S3StoreOptions options, TimeProvider clock)
        : this(clock, () => FindInChainAsync(options.Profile))
    {
        _profile = options.Profile;
        _found = options switch
        {
            { AccessKeyId: { } id, SecretAccessKey: { } secret, SessionToken: { } token } =>
                new SessionAWSCredentials(id.Reveal(), secret.Reveal(), token.Reveal()),
            { AccessKeyId: { } id, SecretAccessKey: { } secret } => new BasicAWSCredentials(id.Reveal(), secret.Reveal()),
            _ => null,
        };
    }

    internal S3Credentials(TimeProvider clock, Func<Task<AWSCredentials>> find)
    {
        _clock = clock;
        _find = find;
    }

    public override ImmutableCredentials GetCredentials() => GetCredentialsAsync().GetAwaiter().GetResult();

    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        if (_found is null && _failedAt is { } failed && _clock.GetElapsedTime(failed) < s_memory)
        {
            throw Missing(null);
        }

        try
        {
            // On another thread, because parts of the chain block before their first await.
            var found = _found ?? await Task.Run(_find).WaitAsync(s_timeout, _clock);
            var keys = await found.GetCredentialsAsync().WaitAsync(s_timeout, _clock);
            (_found, _failedAt) = (found, null);
            return keys;
        }
        catch (Exception error) when (error
            is AmazonClientException or AmazonServiceException or TimeoutException or HttpRequestException or InvalidOperationException)
        {
            _missing = _profile is { } profile ? $"No AWS credentials were found: {SharedProfiles.ProblemOf(profile)}. {SharedProfiles.Remedy}" : NotFound;
            _failedAt = _clock.GetTimestamp();
            throw Missing(error);
        }
    }

    private AssetStoreUnavailableException Missing(Exception? inner) => new(_missing, AssetStoreFault.NoCredentials, s_memory, inner);

    private static async Task<AWSCredentials> FindInChainAsync(string? profile) => profile is null
        ? await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(new Amazon.S3.AmazonS3Config())
        : SharedProfiles.CredentialsOf(profile) ?? throw new AmazonClientException("The profile gives no credentials.");
}
