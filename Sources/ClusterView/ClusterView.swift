// ClusterView
