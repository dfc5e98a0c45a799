using CharacterRefs.Infrastructure.Files;

namespace CharacterRefs.Infrastructure.Workspaces;

internal static class WorkspaceRegistration
{
    /// <summary>Adds the workspaces of jobs. Nothing is created on the disk before it is needed.</summary>
    public static IServiceCollection AddWorkspaces(this IServiceCollection services, Settings settings, DataRootOptions dataRoot)
    {
        services.AddSingleton(JobsRootOptions.Read(settings, dataRoot));
        services.AddSingleton<WorkspacePaths>();
        services.AddSingleton<WorkspaceStaging>();
        services.AddSingleton<WorkspaceClock>();
        services.AddSingleton<IJobsRoot, JobsRoot>();
        services.AddSingleton<IContentDigester, ContentDigester>();
        services.AddSingleton<IMediaTypes, MediaTypes>();
        services.AddHostedService<WorkspaceSweep>();
        services.AddSingleton<JobsRootHealth>();
        services.AddHealthChecks().AddCheck<JobsRootHealth>("jobs_disk");
        return services;
    }
}
