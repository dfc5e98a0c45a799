using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Infrastructure.Storage.S3.Read;
using CharacterRefs.Infrastructure.Storage.S3.Write;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CharacterRefs.Infrastructure.Storage.S3;

/// <summary>Registers the S3 store.</summary>
internal static class S3Registration
{
    // For request bodies. The SDK's default of 8 KiB costs one system call each.
    private const int SendBuffer = 128 * 1024;

    /// <summary>Adds the store and the credentials that sign URLs too. No request is sent before the first use.</summary>
    public static IServiceCollection AddS3Storage(this IServiceCollection services, S3StoreOptions options)
    {
        // The SDK would correct the clock for its own requests after the first rejection; URLs signed here would still be rejected.
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
        services.AddSingleton<S3Listing>();
        services.AddSingleton<S3Reader>();
        services.AddSingleton<ConditionalWrites>();
        services.AddSingleton<AbandonedUploads>();
        services.AddSingleton<PartSender>();
        services.AddSingleton<S3MultipartUpload>();
        services.AddSingleton<S3Writer>();
        services.AddSingleton<S3Copier>();
        services.AddSingleton<S3Remover>();
        services.AddSingleton<S3AssetStore>();
        services.AddSingleton<IAssetStore>(provider => provider.GetRequiredService<S3AssetStore>());
        return services;
    }

    /// <summary>
    /// Settings for every server, and those for a server that is not Amazon's: many reject the SDK's newer checksums or store them in the object.
    /// </summary>
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
