using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Infrastructure.Catalog;

/// <summary>The tables of the catalog, for any relational database.</summary>
internal sealed class CatalogDbContext(DbContextOptions<CatalogDbContext> options) : DbContext(options)
{
    public DbSet<ReferenceRow> References => Set<ReferenceRow>();

    public DbSet<GenerationRow> Generations => Set<GenerationRow>();

    public DbSet<GenerationSlotRow> Slots => Set<GenerationSlotRow>();

    public DbSet<TombstoneRow> Tombstones => Set<TombstoneRow>();

    public DbSet<StoreRow> Stores => Set<StoreRow>();

    public DbSet<JobReferenceRow> JobReferences => Set<JobReferenceRow>();

    public DbSet<JobLeaseRow> JobLeases => Set<JobLeaseRow>();

    public DbSet<WorkspaceDigestRow> WorkspaceDigests => Set<WorkspaceDigestRow>();

    public DbSet<WebhookDeliveryRow> WebhookDeliveries => Set<WebhookDeliveryRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ReferenceRow>(row =>
        {
            row.ToTable("references");
            row.HasKey(reference => reference.Sequence);
            row.HasIndex(reference => reference.Id).IsUnique();
            row.HasIndex(reference => new { reference.CreatedAt, reference.Sequence });
            row.HasIndex(reference => new { reference.StoredState, reference.NextStoreAt });
            row.HasOne(reference => reference.Slot).WithMany().HasForeignKey(reference => reference.SlotKey).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<GenerationRow>(row =>
        {
            row.ToTable("generations");
            row.HasKey(generation => generation.Id);
            row.HasIndex(generation => new { generation.IdempotencyOwner, generation.IdempotencyKey }).IsUnique();
            row.HasIndex(generation => new { generation.CreatedAt, generation.Id });
            row.HasIndex(generation => generation.Status);
            row.HasMany(generation => generation.Slots).WithOne(slot => slot.Generation).HasForeignKey(slot => slot.GenerationId);
        });
        modelBuilder.Entity<GenerationSlotRow>(row =>
        {
            row.ToTable("generation_slots");
            row.HasKey(slot => slot.Key);
            row.HasIndex(slot => new { slot.GenerationId, slot.Index }).IsUnique();
            row.HasIndex(slot => slot.ImageId).IsUnique();
            row.HasIndex(slot => slot.State);
            row.HasIndex(slot => slot.PredictionId);
        });
        modelBuilder.Entity<TombstoneRow>(row =>
        {
            row.ToTable("tombstones");
            row.HasKey(tombstone => tombstone.ImageId);
            row.HasIndex(tombstone => tombstone.StoredKey);
        });
        modelBuilder.Entity<StoreRow>(row =>
        {
            row.ToTable("store");
            row.HasKey(store => store.Key);
            row.Property(store => store.Key).ValueGeneratedNever();
        });
        modelBuilder.Entity<JobReferenceRow>(row =>
        {
            row.ToTable("job_references");
            row.HasKey(link => new { link.JobId, link.ReferenceKey });
            row.HasIndex(link => new { link.JobId, link.Position });
            row.HasOne(link => link.Reference).WithMany().HasForeignKey(link => link.ReferenceKey).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<JobLeaseRow>(row =>
        {
            row.ToTable("job_leases");
            row.HasKey(lease => lease.JobId);
        });
        modelBuilder.Entity<WorkspaceDigestRow>(row =>
        {
            row.ToTable("workspace_digests");
            row.HasKey(digest => new { digest.Workspace, digest.Path });
        });
        modelBuilder.Entity<WebhookDeliveryRow>(row =>
        {
            row.ToTable("webhook_deliveries");
            row.HasKey(delivery => delivery.Key);
            row.HasIndex(delivery => new { delivery.Url, delivery.NextAttemptAt });
            row.HasIndex(delivery => new { delivery.MessageId, delivery.Url }).IsUnique();
        });
    }
}
