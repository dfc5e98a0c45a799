using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Infrastructure.Storage.S3.Write;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CharacterRefs.Infrastructure.Storage.S3;

/// <summary>Puts the folder together.</summary>
internal static class S3Registration
{
    // Of bodies on their way out. The SDK's own 8 KiB cost a call of the system each.
    private const int SendBuffer = 128 * 1024;

    /// <summary>Adds the store, one for all, and the credentials, by which URLs are signed too. Nothing is asked before the first use.</summary>
    public static IServiceCollection AddS3Storage(this IServiceCollection services, S3StoreOptions options)
    {
        // The SDK would put our clock right for its own requests after the first refusal, and the addresses signed here would go on being refused.
        AWSConfigs.CorrectForClockSkew = false;
        RuntimePipelineCustomizerRegistry.Instance.Register(new SignedBodies());
        services.TryAddSingleton(TimeProvider.System);
        var credentials = new S3Credentials(options, TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<AWSCredentials>(credentials);
        services.AddAWSService<IAmazonS3>(
            new AWSOptions { Credentials = credentials, Region = options.IsCustomEndpoint ? null : RegionEndpoint.GetBySystemName(options.Region) },
            (config, provider) => Configure((AmazonS3Config)config, options, provider.GetRequiredService<S3HttpClientFactory>()));
        services.AddSingleton<S3HttpClientFactory>();
        services.AddSingleton<S3Pipeline>();
        services.AddSingleton<S3MultipartUpload>();
        services.AddSingleton<S3Writer>();
        services.AddSingleton<S3Copier>();
        services.AddSingleton<IAssetStore, S3AssetStore>();
        return services;
    }

    /// <summary>What every server gets, and what only a server that is not Amazon's needs: the SDK's newer checksums are refused or stored by many.</summary>
    private static void Configure(AmazonS3Config config, S3StoreOptions options, S3HttpClientFactory http)
    {
        config.MaxErrorRetry = 0;
        config.MaxStaleConnectionRetries = 0; // counted apart, ten of them
        config.HttpClientFactory = http;
        config.BufferSize = SendBuffer;
        if (options.Endpoint is not { } endpoint)
        {
            return;
        }

        config.ServiceURL = endpoint.AbsoluteUri;
        config.AuthenticationRegion = options.Region;
        config.ForcePathStyle = true;
        config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
        config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
    }
}
