using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace CharacterRefs.Infrastructure.Storage.S3.Connection;

/// <summary>
/// The credentials: those of the configuration, which the SDK cannot see when they come from <c>.env</c>; else a named profile; else the SDK's chain. Those
/// of the shared files are found again when a file changes, so rotated keys need no restart. The chain ends with the instance metadata service, which takes
/// 16 s or more at every request where packets to it are dropped. Here it has 4 s, and a failure is cached for 10 s.
/// </summary>
internal sealed class S3Credentials : AWSCredentials
{
    public const string NotFound =
        "No AWS credentials were found. Checked: AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY (environment and .env), AWS_PROFILE and the shared files "
        + "~/.aws/credentials and ~/.aws/config, a web identity token, the container's credentials, and the instance metadata service.";

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_memory = TimeSpan.FromSeconds(10);
    private static readonly string[] s_earlier = ["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE"];
    private static readonly TimeSpan s_stampStep = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _clock;
    private readonly Func<Task<AWSCredentials>> _find;
    private readonly Func<string> _stamp;
    private readonly string? _profile;
    private AWSCredentials? _found;
    private string? _foundStamp;
    private string? _lastStamp;
    private long _stampReadAt;
    private long? _failedAt;
    private string _missing = NotFound;

    public S3Credentials(S3StoreOptions options, TimeProvider clock)
        : this(clock, () => FindInChainAsync(options.Profile), SharedProfiles.Stamp)
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

    /// <param name="find">Finds credentials.</param>
    /// <param name="stamp">Changes when other credentials may be found.</param>
    internal S3Credentials(TimeProvider clock, Func<Task<AWSCredentials>> find, Func<string> stamp)
    {
        _clock = clock;
        _find = find;
        _stamp = stamp;
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
            var found = await FindAsync();
            var keys = await found.GetCredentialsAsync().WaitAsync(s_timeout, _clock);
            _found = found;
            _failedAt = null;
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

    /// <summary>Those of the configuration never change; others are found again when the files have changed.</summary>
    private async Task<AWSCredentials> FindAsync()
    {
        if (_found is { } known && (_foundStamp is null || _foundStamp == CurrentStamp()))
        {
            return known;
        }

        var stamp = CurrentStamp();
        try
        {
            // On another thread, because parts of the chain block before their first await.
            var found = await Task.Run(_find).WaitAsync(s_timeout, _clock);
            _foundStamp = stamp;
            return found;
        }
        catch (Exception error) when (error is AmazonClientException or TimeoutException && _found is not null)
        {
            return _found; // the file may be half written: the next request tries again
        }
    }

    /// <summary>Read at most once a second, because every signature needs them.</summary>
    private string CurrentStamp()
    {
        if (_lastStamp is not { } last || _clock.GetElapsedTime(_stampReadAt) >= s_stampStep)
        {
            (_lastStamp, _stampReadAt) = (last = _stamp(), _clock.GetTimestamp());
        }

        return last;
    }

    private AssetStoreUnavailableException Missing(Exception? inner) => new(_missing, AssetStoreFault.NoCredentials, s_memory, inner);

    private static async Task<AWSCredentials> FindInChainAsync(string? profile)
    {
        if (profile is not null)
        {
            return SharedProfiles.CredentialsOf(profile) ?? throw new AmazonClientException("The profile gives no credentials.");
        }

        // In the order of the SDK, which would remember the keys of the profile: environment, web identity, profile, and then the rest of its chain.
        var isEarlierSet = s_earlier.Any(name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)));
        return (isEarlierSet ? null : SharedProfiles.CredentialsOf("default"))
            ?? await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(new Amazon.S3.AmazonS3Config());
    }
}
